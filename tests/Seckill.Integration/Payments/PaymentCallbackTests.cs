using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Seckill.Core.Orders;
using Seckill.Core.Payments;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Payments;

/// <summary>Goal: only the gateway's own words count, each once, in whatever order they come. Every refusal is checked to have changed nothing.</summary>
public sealed class PaymentCallbackTests
{
    private const string Secret = "a secret that only these tests know, and long enough";

    [Fact]
    public async Task ForgedExpiredReplayedOrWrong_RefusedByName_NothingChanged()
    {
        await using Till till = await Till.StartAsync(5);
        Payment payment = await till.AuthorizingAsync(await till.SellOneAsync("buyer"));
        byte[] good = Body("e1", payment, "captured", payment.Amount);

        await RefusedAsync(CallbackVerdict.Forged, null, good);
        await RefusedAsync(CallbackVerdict.Forged, "t=1,v1=00,kid=till", good);
        await RefusedAsync(CallbackVerdict.Forged, Sign(good, "another secret, which is long enough as well"), good);
        await RefusedAsync(CallbackVerdict.Forged, Sign(good, Secret, keyId: "stranger"), good);
        await RefusedAsync(CallbackVerdict.Forged, till.Signature.Sign(good), Body("e1", payment, "captured", payment.Amount + 1));
        await RefusedAsync(CallbackVerdict.Expired, Sign(good, Secret, age: TimeSpan.FromMinutes(6)), good);
        await RefusedAsync(CallbackVerdict.Expired, Sign(good, Secret, age: TimeSpan.FromMinutes(-6)), good);
        await SignedRefusedAsync(CallbackVerdict.Malformed, "{"u8.ToArray());
        await SignedRefusedAsync(CallbackVerdict.Malformed, "null"u8.ToArray());
        await SignedRefusedAsync(CallbackVerdict.Malformed, "[]"u8.ToArray());
        await SignedRefusedAsync(CallbackVerdict.Malformed, Body("e1", payment, "exploded", payment.Amount));
        await SignedRefusedAsync(CallbackVerdict.Malformed, Body(string.Empty, payment, "captured", payment.Amount));
        await SignedRefusedAsync(CallbackVerdict.Malformed, Body(new string('e', 65), payment, "captured", payment.Amount));
        await SignedRefusedAsync(CallbackVerdict.AmountMismatch, Body("e1", payment, "captured", payment.Amount - 0.01m));
        await SignedRefusedAsync(CallbackVerdict.UnknownPayment, Body("e1", payment with { Id = new(4711) }, "captured", payment.Amount));

        string signed = till.Signature.Sign(good);
        (await till.Callbacks.TakeAsync(signed, good, CancellationToken.None)).ShouldBe(CallbackVerdict.Taken);
        (await till.Callbacks.TakeAsync(signed, good, CancellationToken.None)).ShouldBe(CallbackVerdict.Replayed);
        (await till.Callbacks.TakeAsync(till.Signature.Sign(good), good, CancellationToken.None)).ShouldBe(CallbackVerdict.Replayed, "a new signature makes no new event");
        (await till.StateAsync(payment)).ShouldBe(PaymentState.Captured);

        Task SignedRefusedAsync(CallbackVerdict verdict, byte[] body) => RefusedAsync(verdict, till.Signature.Sign(body), body);

        async Task RefusedAsync(CallbackVerdict verdict, string? header, byte[] body)
        {
            (await till.Callbacks.TakeAsync(header, body, CancellationToken.None)).ShouldBe(verdict, Encoding.UTF8.GetString(body));
            (await till.StateAsync(payment)).ShouldBe(PaymentState.Authorizing);
            (await till.Pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM payment_events")).ShouldBe(0);
        }
    }

    [Fact]
    public async Task WordsInTheWrongOrder_ChangeNothingThatTheyShouldNot()
    {
        await using Till till = await Till.StartAsync(5);
        Order order = await till.SellOneAsync("buyer");
        Payment payment = await till.AuthorizingAsync(order);

        // A refund that nobody asked for, then the capture, then a decline that contradicts it, then the capture again as another event.
        (await SayAsync("e1", "refunded")).ShouldBe(CallbackVerdict.NothingNew);
        (await SayAsync("e2", "captured")).ShouldBe(CallbackVerdict.Taken);
        (await SayAsync("e3", "declined")).ShouldBe(CallbackVerdict.NothingNew);
        (await SayAsync("e4", "captured")).ShouldBe(CallbackVerdict.NothingNew);
        await till.SettleAsync(payment);
        (await SayAsync("e5", "refunded")).ShouldBe(CallbackVerdict.NothingNew);

        (await till.StateAsync(payment)).ShouldBe(PaymentState.Confirmed);
        (await till.StatusAsync(order)).ShouldBe(OrderStatus.Paid);

        Task<CallbackVerdict> SayAsync(string id, string state)
        {
            byte[] body = Body(id, payment, state, payment.Amount);
            return till.Callbacks.TakeAsync(till.Signature.Sign(body), body, CancellationToken.None);
        }
    }

    private static byte[] Body(string id, Payment payment, string state, decimal amount) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $$"""{"eventId":"{{id}}","paymentId":"{{payment.Id}}","state":"{{state}}","amount":{{amount}},"reference":"ref"}"""));

    // Made by hand, not by the code under test.
    private static string Sign(byte[] body, string secret, string keyId = "till", TimeSpan age = default)
    {
        long seconds = (TimeProvider.System.GetUtcNow() - age).ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{seconds}."), .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))},kid={keyId}";
    }
}
