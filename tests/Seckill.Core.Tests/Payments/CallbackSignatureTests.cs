using Microsoft.Extensions.Options;
using Seckill.Core.Identity;
using Seckill.Core.Payments;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Payments;

public sealed class CallbackSignatureTests
{
    private static readonly byte[] Body = """{"eventId":"e1"}"""u8.ToArray();

    private readonly ManualTime _time = new();

    [Fact]
    public void OwnSignature_IsGood_ForExactlyThisBody()
    {
        CallbackSignature ring = Ring("new");
        string header = ring.Sign(Body);

        ring.Verify(header, Body).ShouldBe(CallbackFault.None);
        ring.Verify(header, [.. Body, (byte)' ']).ShouldBe(CallbackFault.BadSignature);
        ring.Verify(header.Replace("t=1", "t=2", StringComparison.Ordinal), Body).ShouldBe(CallbackFault.BadSignature);
    }

    [Fact]
    public void KeyRing_VerifiesTheOldKey_AndSignsWithTheNewOne()
    {
        string old = Ring("old").Sign(Body);
        CallbackSignature rotated = Ring("new", "old");

        rotated.Verify(old, Body).ShouldBe(CallbackFault.None);
        rotated.Sign(Body).ShouldEndWith("kid=new");
        Ring("new").Verify(old, Body).ShouldBe(CallbackFault.UnknownKey);
    }

    [Fact]
    public void MoreThanFiveMinutesAway_IsExpired_EitherWay()
    {
        CallbackSignature ring = Ring("k");
        string header = ring.Sign(Body);

        _time.Advance(TimeSpan.FromSeconds(300));
        ring.Verify(header, Body).ShouldBe(CallbackFault.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        ring.Verify(header, Body).ShouldBe(CallbackFault.Expired);
        string future = ring.Sign(Body);
        _time.Advance(TimeSpan.FromSeconds(-301));
        ring.Verify(future, Body).ShouldBe(CallbackFault.Expired);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=1,kid=k")]
    [InlineData("v1=00,t=1,kid=k")]
    [InlineData("t=-1,v1=00,kid=k")]
    [InlineData("t=99999999999999999999,v1=00,kid=k")]
    [InlineData("t=1,v1=zz,kid=k")]
    [InlineData("t=1,v1=00,kid=k")]
    public void AnythingElse_IsMalformed(string? header) => Ring("k").Verify(header, Body).ShouldBe(CallbackFault.Malformed);

    [Fact]
    public void AHugeTime_RightlySigned_IsExpiredAndNotAnOverflow()
    {
        const long far = long.MaxValue;
        byte[] secret = System.Text.Encoding.UTF8.GetBytes(Secret("k"));
        byte[] hash = System.Security.Cryptography.HMACSHA256.HashData(secret, (byte[])[.. System.Text.Encoding.ASCII.GetBytes($"{far}."), .. Body]);

        Ring("k").Verify($"t={far},v1={Convert.ToHexStringLower(hash)},kid=k", Body).ShouldBe(CallbackFault.Expired);
    }

    private static string Secret(string key) => $"{key} is a secret that is long enough for a hash of 256 bits";

    private CallbackSignature Ring(params string[] keys)
    {
        PaymentCallbackOptions options = new();
        foreach (string key in keys)
        {
            options.Keys.Add(new SigningKey { Id = key, Secret = Secret(key) });
        }

        return new CallbackSignature(Options.Create(options), _time);
    }
}
