using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Payments;

/// <summary>Signs and verifies callbacks: header <c>Seckill-Signature: t=&lt;Unix seconds&gt;,v1=&lt;hex&gt;,kid=&lt;key&gt;</c>, HMAC-SHA256 over <c>t</c>, a dot, and the body's bytes.</summary>
/// <remarks>Thread-safe. The time is inside the signature, so an old callback cannot be given a new one; what is younger than the skew is caught by its event id.</remarks>
public sealed class CallbackSignature
{
    /// <summary>The header.</summary>
    public const string Header = "Seckill-Signature";

    private const int MaxHeaderLength = 256;

    private readonly (string Id, byte[] Secret)[] _keys;
    private readonly TimeSpan _skew;
    private readonly TimeProvider _time;

    /// <summary>Takes the keys from the options once; a new key needs a restart.</summary>
    public CallbackSignature(IOptions<PaymentCallbackOptions> options, TimeProvider time)
    {
        _keys = [.. options.Value.Keys.Select(key => (key.Id, Encoding.UTF8.GetBytes(key.Secret)))];
        _skew = options.Value.MaxSkew;
        _time = time;
    }

    /// <summary>The header's value for a body, signed now with the first key.</summary>
    public string Sign(ReadOnlySpan<byte> body)
    {
        long seconds = _time.GetUtcNow().ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"t={seconds},v1={Convert.ToHexStringLower(Hash(_keys[0].Secret, seconds, body))},kid={_keys[0].Id}");
    }

    /// <summary>Checks form, key, signature and time, in that order: not even the time is believed before the signature is.</summary>
    public CallbackFault Verify(string? header, ReadOnlySpan<byte> body)
    {
        if (header is not { Length: <= MaxHeaderLength } || header.Split(',', 3) is not [{ } time, { } signature, { } keyId]
            || !time.StartsWith("t=", StringComparison.Ordinal) || !keyId.StartsWith("kid=", StringComparison.Ordinal) || !signature.StartsWith("v1=", StringComparison.Ordinal)
            || !long.TryParse(time.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            return CallbackFault.Malformed;
        }

        byte[] given = new byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(signature.AsSpan(3), given, out int consumed, out int written) != System.Buffers.OperationStatus.Done
            || written != given.Length || consumed != signature.Length - 3)
        {
            return CallbackFault.Malformed;
        }

        int key = Array.FindIndex(_keys, one => one.Id == keyId[4..]);
        if (key < 0)
        {
            return CallbackFault.UnknownKey;
        }

        if (!CryptographicOperations.FixedTimeEquals(given, Hash(_keys[key].Secret, seconds, body)))
        {
            return CallbackFault.BadSignature;
        }

        return Math.Abs((decimal)_time.GetUtcNow().ToUnixTimeSeconds() - seconds) > (decimal)_skew.TotalSeconds ? CallbackFault.Expired : CallbackFault.None;
    }

    private static byte[] Hash(byte[] secret, long seconds, ReadOnlySpan<byte> body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}.")));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
