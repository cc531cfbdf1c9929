using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.GrabTokens;

public sealed class GrabTokenSignerTests
{
    /// <summary>Tokens of one release are shown to nodes of the next while a deployment goes on: the bytes are a contract.</summary>
    [Fact]
    public void Payload_HasItsGoldenBytes()
    {
        byte[] payload = new byte[GrabTokenCodec.MaxBytes];

        int bytes = GrabTokenCodec.WriteToken(TokenBench.Ticket, 1_780_315_320_000, new GrabNonce(0x0102030405060708, 0x090a0b0c), payload);

        Convert.ToHexStringLower(payload.AsSpan(5, bytes - 5)).ShouldBe(
            "000000000000002a" + "0000019e830feec0" + "0102030405060708090a0b0c" + "08" + "70686f6e652d3135" + "0a" + "616c6963654073686f70");
    }

    [Fact]
    public void Token_NamesVersionAndKey_AndIsSignedOverItsText()
    {
        using TokenBench bench = new();
        string[] parts = bench.Signer.Issue(TokenBench.Ticket).Value.Split('.');
        byte[] payload = Base64Url.DecodeFromChars(parts[0]);
        byte[] key = Encoding.UTF8.GetBytes(TokenBench.NewKey);

        payload[0].ShouldBe((byte)1);
        payload[1..5].ShouldBe(HMACSHA256.HashData(key, "seckill grab token key"u8)[..4]);
        Base64Url.DecodeFromChars(parts[1]).ShouldBe(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(parts[0])));
    }

    [Fact]
    public void AnyTicket_IsGoodForItself_AndForNoOther() => Check.QuickThrowOnFailure(Prop.ForAll<long, int, NonNegativeInt>((number, other, text) =>
    {
        using TokenBench bench = new();
        GrabTicket ticket = new(new SaleId(number & long.MaxValue), new SkuId(new string('s', 1 + (text.Get % 64))), new UserId($"user-{(uint)other}"));
        string token = bench.Signer.Issue(ticket).Value;

        return bench.Signer.Verify(token, ticket, out GrabTokenUse use) == GrabTokenFault.None && use.Nonce != default && token.Length <= GrabTokenSigner.MaxLength
            && bench.Signer.Verify(token, ticket with { Sale = new SaleId(ticket.Sale.Value ^ 1) }, out _) == GrabTokenFault.Foreign
            && bench.Signer.Verify(token, ticket with { Sku = new SkuId(ticket.Sku.Value + "s") }, out _) == GrabTokenFault.Foreign
            && bench.Signer.Verify(token, ticket with { User = new UserId(ticket.User.Value + "0") }, out _) == GrabTokenFault.Foreign;
    }));

    [Fact]
    public void AnyText_IsNoToken() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
    {
        using TokenBench bench = new();
        return bench.Verify(text ?? string.Empty) is GrabTokenFault.Malformed or GrabTokenFault.UnknownVersion or GrabTokenFault.UnknownKey;
    }));

    [Fact]
    public void LongestTicket_IsWithinItsBound()
    {
        using TokenBench bench = new();
        GrabTicket longest = new(new SaleId(long.MaxValue), new SkuId(new string('s', 64)), new UserId(new string('u', 64)));

        string token = bench.Signer.Issue(longest).Value;

        token.Length.ShouldBeLessThanOrEqualTo(GrabTokenSigner.MaxLength);
        bench.Signer.Verify(token, longest, out _).ShouldBe(GrabTokenFault.None);
        bench.Signer.Verify(new string('A', 100_000), longest, out _).ShouldBe(GrabTokenFault.Malformed);
    }

    [Fact]
    public void EveryFlippedBit_IsRefused()
    {
        using TokenBench bench = new();
        string token = bench.Signer.Issue(TokenBench.Ticket).Value;
        for (int i = 0; i < token.Length; i++)
        {
            for (int bit = 0; bit < 16; bit++)
            {
                char[] changed = token.ToCharArray();
                changed[i] = (char)(changed[i] ^ (1 << bit));

                bench.Signer.Verify(changed, TokenBench.Ticket, out GrabTokenUse use).ShouldNotBe(GrabTokenFault.None, $"character {i}, bit {bit}");
                use.ShouldBe(default);
            }
        }
    }

    [Fact]
    public void EveryTruncation_AndAnythingAppended_IsRefused()
    {
        using TokenBench bench = new();
        string token = bench.Signer.Issue(TokenBench.Ticket).Value;

        for (int length = 0; length < token.Length; length++)
        {
            bench.Verify(token[..length]).ShouldNotBe(GrabTokenFault.None);
        }

        foreach (string more in new[] { "A", "=", " ", "." })
        {
            bench.Verify(token + more).ShouldNotBe(GrabTokenFault.None);
            bench.Verify(more + token).ShouldNotBe(GrabTokenFault.None);
        }
    }

    [Fact]
    public void FutureVersion_AndAChallenge_AreUnknownVersions()
    {
        using TokenBench bench = new();
        string[] parts = bench.Signer.Issue(TokenBench.Ticket).Value.Split('.');
        byte[] payload = Base64Url.DecodeFromChars(parts[0]);
        payload[0] = 2;

        bench.Verify($"{Base64Url.EncodeToString(payload)}.{parts[1]}").ShouldBe(GrabTokenFault.UnknownVersion);
        bench.Verify(bench.Work.Ask(TokenBench.Ticket, 1).Text).ShouldBe(GrabTokenFault.UnknownVersion);
    }

    [Fact]
    public void RightKeyIdButWrongSecret_IsABadSignature()
    {
        using TokenBench ours = new();
        string text = ours.Signer.Issue(TokenBench.Ticket).Value.Split('.')[0];

        string forged = $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(TokenBench.OldKey), Encoding.ASCII.GetBytes(text)))}";

        ours.Verify(forged).ShouldBe(GrabTokenFault.BadSignature);
    }

    [Fact]
    public void ExpiresWithItsLifetime_OnANodeWhoseClockIsRight()
    {
        using TokenBench bench = new(options => options.ClockSkew = TimeSpan.Zero);
        IssuedGrabToken token = bench.Signer.Issue(TokenBench.Ticket);
        token.ExpiresAt.ShouldBe(bench.Time.GetUtcNow() + bench.Settings.Lifetime);

        bench.Time.Advance(bench.Settings.Lifetime - TimeSpan.FromMilliseconds(1));
        bench.Verify(token.Value).ShouldBe(GrabTokenFault.None);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        bench.Verify(token.Value).ShouldBe(GrabTokenFault.Expired);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4_999)]
    [InlineData(-4_999)]
    public void ClocksApartByLessThanTheSkew_AFreshTokenIsGood_AndItsUseIsRememberedUntilTheSlowestNodeRefusesIt(int aheadMs)
    {
        DateTimeOffset start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        using TokenBench issuer = new(options => options.Lifetime = TimeSpan.FromSeconds(1));
        using TokenBench node = new(options => options.Lifetime = TimeSpan.FromSeconds(1), new ManualTime(start.AddMilliseconds(aheadMs)));
        using TokenBench slowest = new(options => options.Lifetime = TimeSpan.FromSeconds(1), new ManualTime(start.AddMilliseconds(aheadMs) - issuer.Settings.ClockSkew));
        string token = issuer.Signer.Issue(TokenBench.Ticket).Value;

        node.Signer.Verify(token, TokenBench.Ticket, out GrabTokenUse use).ShouldBe(GrabTokenFault.None);

        slowest.Verify(token).ShouldBe(GrabTokenFault.None);
        slowest.Time.Advance(use.Remember);
        slowest.Verify(token).ShouldBe(GrabTokenFault.Expired);
    }

    [Fact]
    public void ClockAheadByMoreThanSkewAndLifetime_IsExpiredThere()
    {
        using TokenBench issuer = new();
        using TokenBench ahead = new(null, new ManualTime(issuer.Time.GetUtcNow() + issuer.Settings.Lifetime + issuer.Settings.ClockSkew));

        ahead.Verify(issuer.Signer.Issue(TokenBench.Ticket).Value).ShouldBe(GrabTokenFault.Expired);
    }

    [Fact]
    public void KeyRotated_OldTokensHoldWhileTheOldKeyIsInTheRing()
    {
        using TokenBench before = new(null, null, TokenBench.OldKey);
        using TokenBench overlap = new(null, null, TokenBench.OldKey, TokenBench.NewKey);
        using TokenBench turned = new(null, null, TokenBench.NewKey, TokenBench.OldKey);
        using TokenBench after = new(null, null, TokenBench.NewKey);
        string old = before.Signer.Issue(TokenBench.Ticket).Value;
        string fresh = turned.Signer.Issue(TokenBench.Ticket).Value;

        overlap.Verify(old).ShouldBe(GrabTokenFault.None);
        overlap.Verify(fresh).ShouldBe(GrabTokenFault.None);
        turned.Verify(old).ShouldBe(GrabTokenFault.None);
        after.Verify(fresh).ShouldBe(GrabTokenFault.None);
        after.Verify(old).ShouldBe(GrabTokenFault.UnknownKey);
    }

    [Fact]
    public void Verifying_AllocatesNothing()
    {
        using TokenBench bench = new();
        string token = bench.Signer.Issue(TokenBench.Ticket).Value;
        bench.Verify(token);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            bench.Verify(token);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000, "less than a byte a time");
    }
}
