using System.Text;

namespace Seckill.Integration.Fuzz;

/// <summary>An answer as it came over the wire.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">The body; chunks with their lengths, where it came in chunks.</param>
internal sealed record WireAnswer(int Status, string Head, string Body)
{
    /// <summary>Whether the server closes the connection after it.</summary>
    public bool Closes => Head.Contains("\r\nConnection: close", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null: there is more to come.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="isWhole">Nothing more comes: what there is of it counts.</param>
    public static WireAnswer? TryRead(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        string head = Encoding.Latin1.GetString(bytes[..end]);
        ReadOnlySpan<byte> body = bytes[(end + 4)..];
        int status = int.Parse(head.AsSpan(9, 3));
        bool isComplete = isWhole || (LengthIn(head) is { } length ? body.Length >= length : !head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase) || body.EndsWith("0\r\n\r\n"u8));
        return !isComplete ? null
            : status is 100 ? TryRead(body, isWhole)
            : new WireAnswer(status, head, Encoding.UTF8.GetString(body));
    }

    private static int? LengthIn(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => (int?)int.Parse(line.AsSpan("Content-Length:".Length)))
        .FirstOrDefault();
}
