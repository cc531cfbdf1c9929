using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Seckill.Api.Problems;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;
using Seckill.Hosting.Problems;

namespace Seckill.Api.Grabs;

/// <summary>Writes the answers to grabs: each refusal's bytes are made once, an acceptance is put together in the response's own buffer. Thread-safe.</summary>
/// <remarks>What is written equals what the serializer would write of <see cref="Contracts.GrabView"/> and of problem details, but for a trace id: a test compares them.</remarks>
public sealed class GrabAnswers(ReceiptSigner receipts)
{
    private const string AcceptedType = "application/json; charset=utf-8";
    private const string ProblemType = "application/problem+json";
    private const string OrderPath = "/api/v1/orders/";
    private const int MaxRetrySeconds = 120;

    // All constant parts, two numbers of 19 digits, a time, a SKU and a receipt.
    internal const int MaxAcceptedBytes = 160 + (2 * 19) + 32 + 64 + ReceiptSigner.MaxLength;

    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);
    private static readonly string[] Seconds = [.. Enumerable.Range(0, MaxRetrySeconds + 1).Select(second => second.ToString(CultureInfo.InvariantCulture))];
    // By outcome; an acceptance has none.
    private static readonly Refusal?[] Refusals =
        Array.ConvertAll(Enum.GetValues<GrabOutcome>(), outcome => outcome is GrabOutcome.Reserved ? null : new Refusal(GrabProblems.TypeOf(outcome)));

    /// <summary>Writes the answer to a grab that was reserved.</summary>
    public Task Accept(HttpResponse response, in Receipt receipt)
    {
        Span<byte> body = stackalloc byte[MaxAcceptedBytes];
        int length = WriteAccepted(receipt, body);
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = AcceptedType;
        response.ContentLength = length;
        response.Headers.Location = string.Create(CultureInfo.InvariantCulture, $"{OrderPath}{receipt.Order.Value}");
        return Send(response.BodyWriter, body[..length]);
    }

    /// <summary>Writes the body of an acceptance.</summary>
    /// <returns>Bytes written, at most <see cref="MaxAcceptedBytes"/>.</returns>
    internal int WriteAccepted(in Receipt receipt, Span<byte> to)
    {
        int at = 0;
        Put("{\"orderId\":\""u8, to, ref at);
        Put(receipt.Order.Value, to, ref at);
        Put("\",\"status\":\"reserved\",\"saleId\":\""u8, to, ref at);
        Put(receipt.Sale.Value, to, ref at);
        Put("\",\"skuId\":\""u8, to, ref at);
        // The alphabet of SKUs has nothing that JSON must escape.
        at += System.Text.Encoding.ASCII.GetBytes(receipt.Sku.Value, to[at..]);
        Put("\",\"reservedAt\":\""u8, to, ref at);
        PutTime(SnowflakeIds.TimeOf(receipt.Order.Value), to, ref at);
        Put("\",\"receipt\":\""u8, to, ref at);
        at += receipts.Sign(receipt, to[at..]);
        Put("\"}"u8, to, ref at);
        return at;
    }

    /// <summary>Writes the answer to any other grab.</summary>
    public Task Refuse(HttpResponse response, in GrabResult result)
    {
        Refusal refusal = Refusals[(int)result.Outcome]!;
        response.StatusCode = refusal.Type.Status;
        response.ContentType = ProblemType;
        if (refusal.AsksToWait || (result.Outcome is GrabOutcome.NotOpen && result.RetryAfter > TimeSpan.Zero))
        {
            // Whole seconds are all the header can say; rounded up, so that nobody is told to come too early.
            TimeSpan wait = result.RetryAfter > TimeSpan.Zero ? result.RetryAfter : DefaultRetryAfter;
            long seconds = (long)Math.Ceiling(wait.TotalSeconds);
            response.Headers.RetryAfter = seconds <= MaxRetrySeconds ? Seconds[seconds] : seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (GrabProblems.OrderIn(result) is not { } order)
        {
            response.ContentLength = refusal.Body.Length;
            return Send(response.BodyWriter, refusal.Body);
        }

        // The body without its closing brace, and one member more.
        Span<byte> body = stackalloc byte[refusal.Body.Length + 40];
        int at = 0;
        Put(refusal.Body.AsSpan()[..^1], body, ref at);
        Put(",\"orderId\":\""u8, body, ref at);
        Put(order.Value, body, ref at);
        Put("\"}"u8, body, ref at);
        response.ContentLength = at;
        return Send(response.BodyWriter, body[..at]);
    }

    // What stands in the writer goes out when the request ends.
    private static Task Send(PipeWriter writer, ReadOnlySpan<byte> body)
    {
        body.CopyTo(writer.GetSpan(body.Length));
        writer.Advance(body.Length);
        return Task.CompletedTask;
    }

    private static void Put(ReadOnlySpan<byte> text, Span<byte> to, ref int at)
    {
        text.CopyTo(to[at..]);
        at += text.Length;
    }

    private static void Put(long number, Span<byte> to, ref int at)
    {
        Utf8Formatter.TryFormat(number, to[at..], out int written);
        at += written;
    }

    // ISO 8601 to the millisecond. The formatter writes seven digits of the second; a format string of our own would cost three times as much.
    private static void PutTime(DateTimeOffset time, Span<byte> to, ref int at)
    {
        Utf8Formatter.TryFormat(time.UtcDateTime, to[at..], out _, 'O');
        at += 23;
        Put("+00:00"u8, to, ref at);
    }

    private sealed class Refusal
    {
        // As the framework writes problem details: letters and quotes of any language stay what they are.
        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public Refusal(ProblemType type)
        {
            Type = type;
            Body = JsonSerializer.SerializeToUtf8Bytes(new { type = Problem.TypePrefix + type.Name, title = type.Title, status = type.Status, detail = type.Detail }, Json);
            AsksToWait = type.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;
        }

        public ProblemType Type { get; }

        public byte[] Body { get; }

        public bool AsksToWait { get; }
    }
}
