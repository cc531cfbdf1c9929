using System.Buffers.Text;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Receipts;

public sealed class ReceiptSignerTests
{
    private const string OldKey = "an old key of thirty-two bytes at least";
    private const string NewKey = "a new key of thirty-two bytes at least";

    private static readonly Receipt Sample =
        new(new OrderId(7_123_456_789_012_345_678), new SaleId(42), new SkuId("phone-15"), new UserId("alice@shop"), 3, 2, 1_234_567);

    [Fact]
    public void AnyReceipt_SurvivesTheRoundTrip() => Check.QuickThrowOnFailure(Prop.ForAll<long, int, NonNegativeInt>((number, other, text) =>
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);
        Receipt receipt = new(
            new OrderId(number & long.MaxValue), new SaleId(~number & long.MaxValue), new SkuId(new string('s', 1 + (text.Get % 64))), new UserId($"user-{(uint)other}"),
            other & int.MaxValue, number & long.MaxValue, (number ^ other) & long.MaxValue);

        string signed = signer.Sign(receipt);

        return signer.Verify(signed, out Receipt read) == ReceiptFault.None && read == receipt && signed.Length <= ReceiptSigner.MaxLength;
    }));

    [Fact]
    public void LongestReceipt_IsWithinItsBound()
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);
        Receipt longest = new(
            new OrderId(long.MaxValue), new SaleId(long.MaxValue), new SkuId(new string('s', 64)), new UserId(new string('u', 64)), int.MaxValue, long.MaxValue, long.MaxValue);

        signer.Verify(signer.Sign(longest), out Receipt read).ShouldBe(ReceiptFault.None);

        read.ShouldBe(longest);
    }

    [Fact]
    public void EveryFlippedBit_IsRefused()
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);
        string signed = signer.Sign(Sample);
        for (int i = 0; i < signed.Length; i++)
        {
            for (int bit = 0; bit < 16; bit++)
            {
                char[] changed = signed.ToCharArray();
                changed[i] = (char)(changed[i] ^ (1 << bit));

                signer.Verify(changed, out Receipt read).ShouldNotBe(ReceiptFault.None, $"character {i}, bit {bit}");
                read.ShouldBe(default);
            }
        }
    }

    [Fact]
    public void EveryFlippedBitOfPayloadAndSignature_IsRefused()
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);
        string[] parts = signer.Sign(Sample).Split('.');
        for (int part = 0; part < 2; part++)
        {
            byte[] bytes = Base64Url.DecodeFromChars(parts[part]);
            for (int i = 0; i < bytes.Length * 8; i++)
            {
                byte[] changed = [.. bytes];
                changed[i / 8] ^= (byte)(1 << (i % 8));
                string text = Base64Url.EncodeToString(changed);

                signer.Verify(part == 0 ? $"{text}.{parts[1]}" : $"{parts[0]}.{text}", out _).ShouldNotBe(ReceiptFault.None);
            }
        }
    }

    [Fact]
    public void EveryTruncation_AndAnythingAppended_IsRefused()
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);
        string signed = signer.Sign(Sample);

        for (int length = 0; length < signed.Length; length++)
        {
            signer.Verify(signed.AsSpan(0, length), out _).ShouldNotBe(ReceiptFault.None);
        }

        foreach (string more in new[] { "A", "=", " ", "\n", "." })
        {
            signer.Verify(signed + more, out _).ShouldNotBe(ReceiptFault.None);
            signer.Verify(more + signed, out _).ShouldNotBe(ReceiptFault.None);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("not base64!.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ünï.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void WhatIsNoReceipt_IsMalformed(string text)
    {
        using ReceiptKeys keys = Ring(NewKey);

        new ReceiptSigner(keys).Verify(text, out _).ShouldBe(ReceiptFault.Malformed);
    }

    [Fact]
    public void Oversized_IsMalformed()
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);

        signer.Verify(new string('A', 100_000), out _).ShouldBe(ReceiptFault.Malformed);
        signer.Verify(new string('A', ReceiptSigner.MaxLength), out _).ShouldBe(ReceiptFault.Malformed);
    }

    [Fact]
    public void OtherVersion_IsNamed()
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);
        string[] parts = signer.Sign(Sample).Split('.');
        byte[] payload = Base64Url.DecodeFromChars(parts[0]);
        payload[0] = 2;

        signer.Verify($"{Base64Url.EncodeToString(payload)}.{parts[1]}", out _).ShouldBe(ReceiptFault.UnknownVersion);
    }

    [Fact]
    public void OtherKey_IsNamed()
    {
        using ReceiptKeys ours = Ring(NewKey);
        using ReceiptKeys theirs = Ring(OldKey);

        new ReceiptSigner(ours).Verify(new ReceiptSigner(theirs).Sign(Sample), out _).ShouldBe(ReceiptFault.UnknownKey);
    }

    [Fact]
    public void RightKeyIdButWrongSecret_IsABadSignature()
    {
        using ReceiptKeys ours = Ring(NewKey);
        using ReceiptKeys theirs = Ring(OldKey);
        byte[] payload = Base64Url.DecodeFromChars(new ReceiptSigner(theirs).Sign(Sample).Split('.')[0]);
        Base64Url.DecodeFromChars(new ReceiptSigner(ours).Sign(Sample).Split('.')[0]).AsSpan(1, 4).CopyTo(payload.AsSpan(1));
        string text = Base64Url.EncodeToString(payload);

        string forged = $"{text}.{Base64Url.EncodeToString(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(OldKey), Encoding.ASCII.GetBytes(text)))}";

        new ReceiptSigner(ours).Verify(forged, out _).ShouldBe(ReceiptFault.BadSignature);
    }

    [Fact]
    public void KeyRotated_OldReceiptsHoldWhileTheOldKeyIsInTheRing()
    {
        using ReceiptKeys before = Ring(OldKey);
        using ReceiptKeys overlap = Ring(OldKey, NewKey);
        using ReceiptKeys turned = Ring(NewKey, OldKey);
        using ReceiptKeys after = Ring(NewKey);
        string old = new ReceiptSigner(before).Sign(Sample);
        string fresh = new ReceiptSigner(turned).Sign(Sample);

        new ReceiptSigner(overlap).Verify(old, out _).ShouldBe(ReceiptFault.None);
        new ReceiptSigner(overlap).Verify(fresh, out _).ShouldBe(ReceiptFault.None);
        new ReceiptSigner(turned).Verify(old, out _).ShouldBe(ReceiptFault.None);
        new ReceiptSigner(after).Verify(fresh, out _).ShouldBe(ReceiptFault.None);
        new ReceiptSigner(after).Verify(old, out _).ShouldBe(ReceiptFault.UnknownKey);
    }

    [Fact]
    public async Task ManyThreads_OneSigner_AllReceiptsHold()
    {
        using ReceiptKeys keys = Ring(NewKey);
        ReceiptSigner signer = new(keys);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            for (int i = 1; i <= 2_000; i++)
            {
                Receipt receipt = Sample with { Order = new OrderId((n * 10_000) + i) };
                signer.Verify(signer.Sign(receipt), out Receipt read).ShouldBe(ReceiptFault.None);
                read.ShouldBe(receipt);
            }
        })));
    }

    [Fact]
    public void KeyFile_IsTrimmed_AndABadOneIsNamedWithoutWhatItHolds()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"{NewKey}\n");
            ReceiptOptions options = new();
            options.KeyFiles.Add(file);
            using ReceiptKeys fromFile = new(Options.Create(options));
            using ReceiptKeys direct = Ring(NewKey);
            new ReceiptSigner(direct).Verify(new ReceiptSigner(fromFile).Sign(Sample), out _).ShouldBe(ReceiptFault.None);

            File.WriteAllText(file, "too short");
            string message = Should.Throw<InvalidOperationException>(() => new ReceiptKeys(Options.Create(options))).Message;
            message.ShouldContain(file);
            message.ShouldNotContain("too short");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ReceiptKeys Ring(params string[] secrets)
    {
        ReceiptOptions options = new();
        foreach (string secret in secrets)
        {
            options.Keys.Add(secret);
        }

        return new ReceiptKeys(Options.Create(options));
    }
}
