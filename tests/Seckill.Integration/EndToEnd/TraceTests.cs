using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Seckill.Core.Orders.Timeline;
using Seckill.Local.Telemetry;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>Goal: what becomes of a grab can be followed through all processes. Method: the real engine sends its spans to a receiver of the test's; times are asked of the Api as an operator does.</summary>
public sealed class TraceTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Grab = "POST /api/v1/sales/{saleId}/items/{skuId}/grabs";

    // Each one is the next one's parent, but for the two that hang on the intake.
    private static readonly (string Name, string Parent, string Service)[] Way =
    [
        (Grab, "", "seckill-api"), ("grab.lua", Grab, "seckill-api"), ("outbox relay", "grab.lua", "seckill-worker"), ("order intake", "outbox relay", "seckill-worker"),
        ("mysql write", "order intake", "seckill-worker"), ("mailbox append", "order intake", "seckill-worker"), ("push deliver", "mailbox append", "push-hub"), ("push ack", "push deliver", "push-hub"),
    ];

    private readonly StackFixture _fixture = fixture;

    [Fact]
    public async Task OneTrace_FollowsAGrab_FromTheCallersSpanToTheClientsConfirmation_AndTheOrderNamesIt()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("traced", 5);
        string token = await Client.TokenAsync("traced-buyer");
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);
        (ActivityTraceId trace, ActivitySpanId caller) = (ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom());

        string order = await GrabAsync(sale, "traced", token, $"00-{trace}-{caller}-01");
        await listener.OrderCreatedAsync(order, deadline.Token);

        List<ReceivedSpan> way = await WayAsync(trace, caller, deadline.Token);
        way.Select(span => (span.Name, span.Service)).ShouldBe(Way.Select(step => (step.Name, step.Service)));
        way[0].Tags["seckill.order.id"].ShouldBe(order);
        way[0].Tags["seckill.grab.outcome"].ShouldBe("Reserved");
        way[0].Tags["http.response.status_code"].ShouldBe("202");
        way.ShouldAllBe(span => span.EndedAtNs >= span.StartedAtNs);

        JsonElement timeline = await TimelineAsync(order, deadline.Token);
        timeline.GetProperty("traceId").GetString().ShouldBe(trace.ToString());
    }

    [Fact]
    public async Task AnOrderThatNobodyTraced_HasItsWholeTimeline()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("timed", 5);
        string token = await Client.TokenAsync("timed-buyer");
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        string order = await GrabAsync(sale, "timed", token, $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00");
        await listener.OrderCreatedAsync(order, deadline.Token);

        JsonElement timeline = await TimelineAsync(order, deadline.Token);
        timeline.GetProperty("orderId").GetString().ShouldBe(order);
        timeline.GetProperty("traceId").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonElement[] steps = [.. timeline.GetProperty("steps").EnumerateArray()];
        steps.Select(step => step.GetProperty("step").GetString()).ShouldBe(
            [OrderSteps.Accepted, OrderSteps.Decided, OrderSteps.Taken, OrderSteps.Produced, OrderSteps.Received, OrderSteps.Committed, OrderSteps.Appended, OrderSteps.Delivered, OrderSteps.Acked]);
        DateTimeOffset first = steps[0].GetProperty("at").GetDateTimeOffset();
        DateTimeOffset after = TimeProvider.System.GetUtcNow();
        foreach (JsonElement step in steps)
        {
            DateTimeOffset at = step.GetProperty("at").GetDateTimeOffset();
            // An id's own time may run ahead of the clock, so there is slack; a time of another order's, or of no order's, is far outside.
            at.ShouldBeInRange(before.AddSeconds(-3), after.AddSeconds(3), step.ToString());
            step.GetProperty("at").GetString()!.ShouldEndWith("Z");
            step.GetProperty("sinceFirstMs").GetDouble().ShouldBe((at - first).TotalMilliseconds, tolerance: 0.01);
        }
    }

    [Fact]
    public async Task WhoeverDoesNotWantATrace_HasNone()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("untraced", 5);
        ActivityTraceId unwanted = ActivityTraceId.CreateRandom(), wanted = ActivityTraceId.CreateRandom();
        await GrabAsync(sale, "untraced", await Client.TokenAsync("untraced-1"), $"00-{unwanted}-{ActivitySpanId.CreateRandom()}-00");

        // Behind it in every queue, so what there is of the first has come when this one has.
        await GrabAsync(sale, "untraced", await Client.TokenAsync("untraced-2"), $"00-{wanted}-{ActivitySpanId.CreateRandom()}-01");
        while (!_fixture.Telemetry.Spans.Any(span => span.TraceId == wanted.ToString() && span.Name == "mailbox append"))
        {
            await Task.Delay(50, deadline.Token);
        }

        _fixture.Telemetry.Spans.ShouldNotContain(span => span.TraceId == unwanted.ToString());
        _fixture.Telemetry.Refused.ShouldBe(0);
    }

    [Fact]
    public async Task AnUnknownOrder_AndWhoeverIsNoAdmin_AreRefusedByName()
    {
        string admin = await Client.TokenAsync("boss", "admin");

        (HttpStatusCode status, JsonDocument body) = await Client.GetAsync("/api/v1/admin/orders/4611686018427387904/trace", admin);
        status.ShouldBe(HttpStatusCode.NotFound);
        body.RootElement.GetProperty("type").GetString().ShouldBe("urn:seckill:error:unknown-order");
        (await Client.GetAsync("/api/v1/admin/orders/none/trace", admin)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Client.GetAsync("/api/v1/admin/orders/4611686018427387904/trace", await Client.TokenAsync("buyer"))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await Client.GetAsync("/api/v1/admin/orders/4611686018427387904/trace")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Metrics_GoTheSameWay()
    {
        using CancellationTokenSource deadline = Deadline();

        while (!_fixture.Telemetry.Metrics.Contains("seckill.orders.repeated") || !_fixture.Telemetry.Metrics.Contains("dotnet.gc.collections"))
        {
            await Task.Delay(50, deadline.Token);
        }
    }

    private async Task<string> GrabAsync(string sale, string sku, string token, string traceParent)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/sales/{sale}/items/{sku}/grabs");
        request.Headers.Add("traceparent", traceParent);
        using HttpResponseMessage response = await Client.SendAsync(request, token);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("orderId").GetString()!;
    }

    /// <summary>Waits until every span of the way is there, each under its parent.</summary>
    private async Task<List<ReceivedSpan>> WayAsync(ActivityTraceId trace, ActivitySpanId caller, CancellationToken deadline)
    {
        while (true)
        {
            Dictionary<string, ReceivedSpan> found = [];
            ReceivedSpan[] spans = [.. _fixture.Telemetry.Spans.Where(span => span.TraceId == trace.ToString())];
            foreach ((string name, string parent, _) in Way)
            {
                string parentId = parent.Length == 0 ? caller.ToString() : found.GetValueOrDefault(parent)?.SpanId ?? string.Empty;
                // A step that was taken twice has two spans; the way goes through either.
                if (spans.FirstOrDefault(span => span.Name == name && span.ParentId == parentId) is { } one)
                {
                    found.Add(name, one);
                }
            }

            if (found.Count == Way.Length)
            {
                return [.. Way.Select(step => found[step.Name])];
            }

            await WaitAsync(() => $"of trace {trace} there are only: {string.Join("; ", spans.Select(span => $"{span.Name} ({span.Service})"))}", deadline);
        }
    }

    /// <summary>Asks until the last step is known: the hub and the Worker write theirs down once a second.</summary>
    private async Task<JsonElement> TimelineAsync(string order, CancellationToken deadline)
    {
        string admin = await Client.TokenAsync("boss", "admin");
        while (true)
        {
            (HttpStatusCode status, JsonDocument body) = await Client.GetAsync($"/api/v1/admin/orders/{order}/trace", admin);
            string[] steps = status == HttpStatusCode.OK ? [.. body.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()!)] : [];
            if (steps.Contains(OrderSteps.Acked) && steps.Contains(OrderSteps.Committed))
            {
                return body.RootElement;
            }

            await WaitAsync(() => $"the timeline of {order} says only ({status}): {body.RootElement}", deadline);
        }
    }

    private static async Task WaitAsync(Func<string> state, CancellationToken deadline)
    {
        try
        {
            await Task.Delay(50, deadline);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail(state());
        }
    }
}
