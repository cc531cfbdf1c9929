using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Client.Push;
using Seckill.Core.Diagnostics;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>Paying, not paying, and dying in between, against the whole engine: the sandbox gateway calls the Api back with signed callbacks.</summary>
public sealed class PaymentTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const decimal Price = 9.90m;

    [Fact]
    public async Task PaidInTime_TheCallbackComes_AndTheBuyerHearsOfItLive()
    {
        using CancellationTokenSource deadline = Deadline();
        (string sale, string order, string token) = await WinAsync("paid", deadline.Token);
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);

        using HttpResponseMessage begun = await PayAsync(order, token, "first");
        begun.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        using HttpResponseMessage again = await PayAsync(order, token, "first");

        await UntilAsync(async () => listener.Messages.Any(message => message.Type == "order.paid" && OrderOf(message) == order), deadline.Token);
        (await StatusAsync(order, token)).ShouldBe("paid");
        string payment = (await JsonAsync(begun)).GetProperty("paymentId").GetString()!;
        (await JsonAsync(again)).GetProperty("paymentId").GetString().ShouldBe(payment);
        (await ScalarAsync("SELECT COUNT(*) FROM payment_events WHERE payment_id = @payment", new { payment })).ShouldBe(1, "heard by callback");
        PushMessage created = await listener.OrderCreatedAsync(order, deadline.Token);
        created.Payload.GetProperty("payBy").GetDateTimeOffset().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());
        (await Audit(sale, "paid", 1).ReadAsync()).Guard.ShouldBe(1);
    }

    [Fact]
    public async Task NotPaid_TheUnitSellsAgainExactlyOnce_TheFlagLifts_AndWatchersHearOfIt()
    {
        using CancellationTokenSource deadline = Deadline();
        (string sale, string order, string token) = await WinAsync("unpaid", deadline.Token);
        string waiting = await Client.TokenAsync("unpaid-waiting");
        await using Listener loser = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);
        await using PushClient watcher = new(new PushClientOptions { Hub = Stack.HubUrl, AccessToken = _ => ValueTask.FromResult(waiting) });
        await watcher.StartAsync(deadline.Token);
        await watcher.WatchAsync(sale);
        // Asked often enough that the node answers from memory. A busy machine may leave one without an outcome; that one does not count.
        for (int refused = 0; refused < 20;)
        {
            GrabAnswer answer = await Client.GrabAsync(sale, "unpaid", "unpaid-waiting", waiting);
            refused += answer.Type is "sold-out" or "throttled" ? 1 : 0;
            (answer.Unknown || answer.Type == "sold-out").ShouldBeTrue($"{answer}");
        }

        // News are what differs from what was told before: who is to hear of a return must have heard that all was gone.
        await HearAsync(watcher, "sale.stock", item => item.GetProperty("left").GetInt64() == 0, deadline.Token);
        await LetTimePassAsync(order);

        await UntilAsync(async () => await StatusAsync(order, token) == "cancelled", deadline.Token);
        await UntilAsync(async () => loser.Messages.Any(message => message.Type == "order.cancelled" && OrderOf(message) == order), deadline.Token);
        await HearAsync(watcher, "units.returned", item => item.GetProperty("units").GetInt64() == 1, deadline.Token);

        GrabAnswer? won = null;
        await UntilAsync(async () => (won = await Client.GrabUntilKnownAsync(sale, "unpaid", "unpaid-waiting", waiting, deadline.Token)).OrderId is not null, deadline.Token);
        won!.OrderId.ShouldNotBe(order);
        await UntilAsync(async () => await StatusAsync(won.OrderId!, waiting) == "pending-payment", deadline.Token);
        (await Client.GrabUntilKnownAsync(sale, "unpaid", "unpaid-third", await Client.TokenAsync("unpaid-third"), deadline.Token)).Type.ShouldBe("sold-out");
        SaleAudit.Books books = await Audit(sale, "unpaid", 1).ReadAsync();
        (books.Left, books.Guard, books.Reserved.Length, books.Orders.Length).ShouldBe((0, 1, 1, 2));
    }

    [Fact]
    public async Task PaidTooLate_TheMoneyGoesBack()
    {
        using CancellationTokenSource deadline = Deadline();
        (string sale, string order, string token) = await WinAsync("late", deadline.Token);
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);

        using HttpResponseMessage begun = await PayAsync(order, token, "slow", """, "sandbox": { "latencyMs": 15000, "callbacks": 2 }""");
        begun.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await UntilAsync(async () => await PaymentStateAsync(order, token) == "authorizing", deadline.Token);
        await LetTimePassAsync(order);

        await UntilAsync(async () => listener.Messages.Any(message => message.Type == "order.refunded" && OrderOf(message) == order), deadline.Token);
        (await StatusAsync(order, token)).ShouldBe("refunded");
        (await PaymentStateAsync(order, token)).ShouldBe("refunded");
        SaleAudit.Books books = await Audit(sale, "late", 1).ReadAsync();
        (books.Left, books.Guard).ShouldBe((1, 0));
    }

    /// <summary>The Worker is killed with signal 9 at every place of the saga where something is half done, and started again.</summary>
    [Theory]
    [InlineData(FaultPoint.AfterAuthorizeBeforeCharge, false)]
    [InlineData(FaultPoint.AfterChargeBeforeNote, false)]
    [InlineData(FaultPoint.AfterCaptureBeforeConfirm, false)]
    [InlineData(FaultPoint.AfterPaidBeforeCommit, false)]
    [InlineData(FaultPoint.AfterRefundBeforeNote, true)]
    [InlineData(FaultPoint.AfterSettleBeforeDelete, false)]
    public async Task WorkerKilledAtAStep_ThePaymentEndsAsIfNothingHadBeen(FaultPoint point, bool late)
    {
        using CancellationTokenSource deadline = Deadline();
        string sku = $"killed-{(int)point}";
        (string sale, string order, string token) = await WinAsync(sku, deadline.Token);
        await using Listener listener = await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token);
        using HttpClient worker = new() { BaseAddress = Stack.Worker.Url };
        (await worker.PutAsJsonAsync($"/dev/faults/{point}", new { action = "kill" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using HttpResponseMessage begun = await PayAsync(order, token, "k", late ? """, "sandbox": { "latencyMs": 8000 }""" : string.Empty);
        if (late)
        {
            await UntilAsync(async () => await PaymentStateAsync(order, token) == "authorizing", deadline.Token);
            await LetTimePassAsync(order);
        }

        await UntilAsync(() => Task.FromResult(!Stack.Worker.IsRunning), deadline.Token);
        await Stack.Worker.StartAsync(deadline.Token);

        string end = late ? "refunded" : "paid";
        await UntilAsync(async () => listener.Messages.Any(message => message.Type == $"order.{end}" && OrderOf(message) == order), deadline.Token);
        (await StatusAsync(order, token)).ShouldBe(end);
        await UntilAsync(async () => await ScalarAsync("SELECT COUNT(*) FROM order_outbox WHERE order_id = @order", new { order }) == 0, deadline.Token);
        (await ScalarAsync("SELECT COUNT(*) FROM sandbox_charges c JOIN payments p USING (payment_id) WHERE p.order_id = @order", new { order })).ShouldBe(1);
        listener.Messages.Count(message => message.Type == $"order.{end}" && OrderOf(message) == order).ShouldBe(1);
        SaleAudit.Books books = await Audit(sale, sku, 1).ReadAsync();
        (books.Left, books.Guard).ShouldBe(late ? (1, 0) : (0, 1));
    }

    [Fact]
    public async Task BadPayments_AreRefusedByName_AndNothingIsCharged()
    {
        using CancellationTokenSource deadline = Deadline();
        (_, string order, string token) = await WinAsync("strict", deadline.Token);
        (_, string other, _) = await WinAsync("strict-2", deadline.Token, user: "strict-buyer");
        string stranger = await Client.TokenAsync("strict-stranger");
        string body = """{"amount":9.90}""";

        await RefusedAsync(HttpStatusCode.Unauthorized, "unauthenticated", order, body, "k", null);
        await RefusedAsync(HttpStatusCode.NotFound, "unknown-order", order, body, "k", stranger);
        await RefusedAsync(HttpStatusCode.NotFound, "unknown-order", "9223372036854775807", body, "k", token);
        await RefusedAsync(HttpStatusCode.NotFound, "unknown-order", "-5", body, "k", token);
        await RefusedAsync(HttpStatusCode.NotFound, "unknown-order", "not-a-number", body, "k", token);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid", order, body, null, token);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid", order, body, string.Empty, token);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid", order, body, new string('k', 65), token);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid", order, body, "two words", token);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid", order, "{}", "k", token);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid", order, """{"amount":9.90,"sandbox":{"outcome":"stolen"}}""", "k", token);
        await RefusedAsync(HttpStatusCode.BadRequest, "invalid", order, """{"amount":9.90,"sandbox":{"latencyMs":-1}}""", "k", token);
        await RefusedAsync(HttpStatusCode.BadRequest, "bad-request", order, """{"amount":"much"}""", "k", token);
        await RefusedAsync(HttpStatusCode.BadRequest, "bad-request", order, """{"amount":9.90,"tip":1}""", "k", token);
        await RefusedAsync(HttpStatusCode.Conflict, "amount-mismatch", order, """{"amount":0.01}""", "k", token);
        await RefusedAsync(HttpStatusCode.Conflict, "amount-mismatch", order, """{"amount":-9.90}""", "k", token);
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "body-too-large", order, $$"""{"amount":9.90,"x":"{{new string('x', 100_000)}}"}""", "k", token);
        await CallbackRefusedAsync(HttpStatusCode.Unauthorized, "callback-forged", "{}");
        await CallbackRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "body-too-large", new string('x', 5_000));

        (await ScalarAsync("SELECT COUNT(*) FROM payments WHERE order_id = @order", new { order })).ShouldBe(0);
        (await StatusAsync(order, token)).ShouldBe("pending-payment");

        using HttpResponseMessage good = await PayAsync(order, token, "k");
        good.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await RefusedAsync(HttpStatusCode.Conflict, "idempotency-key-reused", other, body, "k", token);
        await RefusedAsync(HttpStatusCode.Conflict, null, order, body, "k2", token); // under way, or paid already
        await UntilAsync(async () => await StatusAsync(order, token) == "paid", deadline.Token);
        await RefusedAsync(HttpStatusCode.Conflict, "not-payable", order, body, "k3", token);
    }

    private static async Task HearAsync(PushClient watcher, string type, Func<JsonElement, bool> saysSo, CancellationToken deadline)
    {
        await foreach (PushEvent heard in watcher.ReadAllAsync(deadline))
        {
            if (heard is PushMessage news && news.Type == type && saysSo(news.Payload.GetProperty("items")[0]))
            {
                return;
            }
        }
    }

    private async Task<(string Sale, string Order, string Token)> WinAsync(string sku, CancellationToken deadline, string? user = null)
    {
        user ??= $"{(sku.StartsWith("strict", StringComparison.Ordinal) ? "strict" : sku)}-buyer";
        string sale = await Client.CreateSaleAsync(sku, 1);
        string token = await Client.TokenAsync(user);
        string order = (await Client.GrabUntilKnownAsync(sale, sku, user, token, deadline)).OrderId.ShouldNotBeNull();
        await UntilAsync(async () => await StatusAsync(order, token) == "pending-payment", deadline);
        return (sale, order, token);
    }

    private async Task<HttpResponseMessage> PayAsync(string order, string? token, string? key, string further = "")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/orders/{order}/payments")
        {
            Content = new StringContent($$"""{ "amount": {{Price}}{{further}} }""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await Client.SendAsync(request, token);
    }

    private async Task RefusedAsync(HttpStatusCode status, string? type, string order, string body, string? key, string? token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/orders/{order}/payments") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        request.Headers.ExpectContinue = body.Length > 10_000;
        using HttpResponseMessage response = await Client.SendAsync(request, token);
        await ShouldBeRefusedAsync(response, status, type, body);
    }

    private async Task CallbackRefusedAsync(HttpStatusCode status, string type, string body)
    {
        using HttpResponseMessage response = await Client.PostRawAsync("/api/v1/payments/callbacks", body, token: null);
        await ShouldBeRefusedAsync(response, status, type, body);
    }

    private static async Task ShouldBeRefusedAsync(HttpResponseMessage response, HttpStatusCode status, string? type, string body)
    {
        string said = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, $"{body[..Math.Min(80, body.Length)]}: {said}");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        if (type is not null)
        {
            said.ShouldContain($"urn:seckill:error:{type}\"");
        }
    }

    private async Task<string?> StatusAsync(string order, string token)
    {
        (HttpStatusCode status, JsonDocument body) = await Client.GetAsync($"/api/v1/orders/{order}", token);
        using (body)
        {
            return status == HttpStatusCode.OK ? body.RootElement.GetProperty("status").GetString() : null;
        }
    }

    private async Task<string?> PaymentStateAsync(string order, string token)
    {
        (_, JsonDocument body) = await Client.GetAsync($"/api/v1/orders/{order}/payments", token);
        using (body)
        {
            return body.RootElement.GetProperty("payments").EnumerateArray().Select(payment => payment.GetProperty("state").GetString()).FirstOrDefault();
        }
    }

    // The deadline message of this order lies ahead; the sweep is the second way to it.
    private Task LetTimePassAsync(string order) => ScalarAsync(
        string.Concat(Enumerable.Range(0, 4).Select(table => $"UPDATE orders_{table} SET pay_by = '2026-01-01' WHERE order_id = @order;")) + "SELECT 1", new { order });

    private async Task<long> ScalarAsync(string sql, object arguments)
    {
        await using DbConnection database = new MySqlConnection(Stack.MySqlConnection);
        await database.OpenAsync();
        return await database.ExecuteScalarAsync<long>(sql, arguments);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    private static string? OrderOf(PushMessage message) => message.Payload.GetProperty("orderId").GetString();

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken deadline)
    {
        while (!await condition())
        {
            await Task.Delay(50, deadline);
        }
    }
}
