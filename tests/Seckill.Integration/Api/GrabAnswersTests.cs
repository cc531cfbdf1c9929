using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Seckill.Api.Contracts;
using Seckill.Api.Grabs;
using Seckill.Api.Problems;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Api;

/// <summary>Goal: the answers whose bytes are made beforehand say what the serializer and the framework's problem details would say. No server is needed.</summary>
public sealed class GrabAnswersTests : IDisposable
{
    private readonly ReceiptKeys _keys;
    private readonly ReceiptSigner _signer;
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().AddProblemDetails().BuildServiceProvider();

    public GrabAnswersTests()
    {
        ReceiptOptions options = new();
        options.Keys.Add("the key of these tests, long enough");
        _keys = new ReceiptKeys(Options.Create(options));
        _signer = new ReceiptSigner(_keys);
    }

    [Theory]
    [InlineData(1, "p", "u")]
    [InlineData(500_000_000_000_123_456, "phone-128_GB.blue@x|y+z", "alice@example.org")]
    [InlineData(long.MaxValue, "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss", "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu")]
    public async Task AnAcceptance_IsWhatTheSerializerWouldWrite(long order, string sku, string user)
    {
        Receipt receipt = new(new OrderId(order), new SaleId(long.MaxValue), new SkuId(sku), new UserId(user), int.MaxValue, long.MaxValue, long.MaxValue);

        (HttpResponse response, JsonNode body) = await WriteAsync(context => new GrabAnswers(_signer).Accept(context.Response, receipt));

        response.StatusCode.ShouldBe(StatusCodes.Status202Accepted);
        response.ContentType.ShouldBe("application/json; charset=utf-8");
        response.Headers.Location.ToString().ShouldBe($"/api/v1/orders/{order}");
        GrabView view = new(receipt.Order, "reserved", receipt.Sale, receipt.Sku, receipt.ReservedAt, _signer.Sign(receipt));
        GrabView read = body.Deserialize<GrabView>(JsonSerializerOptions.Web)!;
        read.ShouldBe(view);
        body.AsObject().Select(member => member.Key).ShouldBe(JsonSerializer.SerializeToNode(view, JsonSerializerOptions.Web)!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task EveryRefusal_IsWhatProblemDetailsWouldBe()
    {
        foreach (GrabOutcome outcome in Enum.GetValues<GrabOutcome>().Except([GrabOutcome.Reserved]))
        {
            GrabResult result = new(outcome, new OrderId(long.MaxValue), TimeSpan.FromSeconds(2.1));
            (HttpResponse expected, JsonNode expectedBody) = await WriteAsync(context => GrabProblems.Of(result).ExecuteAsync(context));
            (HttpResponse response, JsonNode body) = await RefuseAsync(result);

            expectedBody.AsObject().Remove("traceId");
            JsonNode.DeepEquals(body, expectedBody).ShouldBeTrue($"{outcome}: {body} instead of {expectedBody}");
            response.StatusCode.ShouldBe(expected.StatusCode);
            response.ContentType.ShouldBe("application/problem+json");
            if (outcome is not GrabOutcome.NotOpen)
            {
                response.Headers.RetryAfter.ShouldBe(expected.Headers.RetryAfter, outcome.ToString());
            }
        }
    }

    [Theory]
    [InlineData(0, "1")]
    [InlineData(1, "1")]
    [InlineData(1_001, "2")]
    [InlineData(120_000, "120")]
    [InlineData(120_001, "121")]
    [InlineData(3_600_000, "3600")]
    public async Task TheWait_IsInWholeSeconds_RoundedUp(int milliseconds, string seconds)
    {
        (HttpResponse response, _) = await RefuseAsync(new GrabResult(GrabOutcome.Throttled, RetryAfter: TimeSpan.FromMilliseconds(milliseconds)));

        response.Headers.RetryAfter.ToString().ShouldBe(seconds);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _services.Dispose();
    }

    // A response without a server never counts as started, so the problem writer writes its fallback after the body.
    private static JsonNode FirstValue(byte[] written)
    {
        Utf8JsonReader reader = new(written, new JsonReaderOptions { AllowMultipleValues = true });
        return JsonNode.Parse(ref reader)!;
    }

    private Task<(HttpResponse Response, JsonNode Body)> RefuseAsync(GrabResult result) =>
        WriteAsync(context => new GrabAnswers(_signer).Refuse(context.Response, result));

    private async Task<(HttpResponse Response, JsonNode Body)> WriteAsync(Func<HttpContext, Task> write)
    {
        DefaultHttpContext context = new() { RequestServices = _services };
        using MemoryStream written = new();
        context.Response.Body = written;
        await write(context);
        await context.Response.CompleteAsync();
        (context.Response.ContentLength ?? written.Length).ShouldBe(written.Length);
        return (context.Response, FirstValue(written.ToArray()));
    }
}
