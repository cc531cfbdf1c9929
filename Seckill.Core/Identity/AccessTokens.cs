using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;

namespace Seckill.Core.Identity;

/// <summary>Issues and verifies JSON Web Tokens (RFC 7519) signed with HS256, and nothing else: the algorithm is ours to choose, not the token's.</summary>
/// <remarks>Thread-safe. Verification costs one HMAC and one small JSON parse.</remarks>
public sealed class AccessTokens
{
    /// <summary>Longest token looked at, in characters. A real one has about 300.</summary>
    public const int MaxLength = 4_096;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    private readonly Key[] _keys;
    private readonly string _issuer;
    private readonly string _audience;
    private readonly TimeSpan _lifetime;
    private readonly TimeSpan _skew;
    private readonly TimeProvider _time;

    /// <summary>Takes the keys from the options once; a new key needs a restart.</summary>
    public AccessTokens(IOptions<AuthOptions> options, TimeProvider time)
    {
        AuthOptions auth = options.Value;
        _keys = [.. auth.Keys.Select(key => new Key(key.Id, Encoding.UTF8.GetBytes(key.Secret)))];
        _issuer = auth.Issuer;
        _audience = auth.Audience;
        _lifetime = auth.TokenLifetime;
        _skew = auth.ClockSkew;
        _time = time;
    }

    /// <summary>Issues a token signed with the first key.</summary>
    /// <param name="user">The subject.</param>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    public AccessToken Issue(UserId user, string role)
    {
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset expires = DateTimeOffset.FromUnixTimeSeconds((now + _lifetime).ToUnixTimeSeconds());
        Key key = _keys[0];
        string header = Encode(new Dictionary<string, object> { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = key.Id });
        string payload = Encode(new Dictionary<string, object>
        {
            ["iss"] = _issuer,
            ["aud"] = _audience,
            ["sub"] = user.Value,
            ["role"] = role,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = expires.ToUnixTimeSeconds(),
        });
        string signed = $"{header}.{payload}";
        byte[] signature = HMACSHA256.HashData(key.Secret, Encoding.ASCII.GetBytes(signed));
        return new AccessToken($"{signed}.{Base64Url.EncodeToString(signature)}", expires);
    }

    /// <summary>Checks form, algorithm, key, signature, issuer, audience and time, in that order: nothing inside is believed before the signature is.</summary>
    /// <param name="token">The compact form, without <c>Bearer</c>.</param>
    /// <param name="verified">Who it speaks for, when the answer is <see cref="TokenFault.None"/>; else null.</param>
    public TokenFault Verify(string token, out VerifiedToken? verified)
    {
        verified = null;
        int headerEnd = token.IndexOf('.', StringComparison.Ordinal);
        int payloadEnd = token.LastIndexOf('.');
        if (token.Length > MaxLength || headerEnd <= 0 || payloadEnd <= headerEnd || token.AsSpan(headerEnd + 1, payloadEnd - headerEnd - 1).Contains('.'))
        {
            return TokenFault.Malformed;
        }

        try
        {
            using JsonDocument header = Decode(token.AsSpan(0, headerEnd));
            if (Text(header.RootElement, "alg") != "HS256" || header.RootElement.TryGetProperty("crit", out _))
            {
                return TokenFault.WrongAlgorithm;
            }

            string? keyId = Text(header.RootElement, "kid");
            if (Array.Find(_keys, key => key.Id == keyId) is not { } key)
            {
                return TokenFault.UnknownKey;
            }

            byte[] expected = HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes(token[..payloadEnd]));
            byte[] given = Base64Url.DecodeFromChars(token.AsSpan(payloadEnd + 1));
            if (!CryptographicOperations.FixedTimeEquals(expected, given))
            {
                return TokenFault.BadSignature;
            }

            using JsonDocument payload = Decode(token.AsSpan(headerEnd + 1, payloadEnd - headerEnd - 1));
            return CheckClaims(payload.RootElement, out verified);
        }
        catch (Exception fault) when (fault is FormatException or JsonException or InvalidOperationException)
        {
            return TokenFault.Malformed;
        }
    }

    private TokenFault CheckClaims(JsonElement claims, out VerifiedToken? verified)
    {
        verified = null;
        if (Text(claims, "iss") != _issuer)
        {
            return TokenFault.WrongIssuer;
        }

        if (!IsForUs(claims))
        {
            return TokenFault.WrongAudience;
        }

        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        long skew = (long)_skew.TotalSeconds;
        if (!TryUnixTime(claims, "exp", out long expires) || !UserId.TryParse(Text(claims, "sub"), out UserId user)
            || Text(claims, "role") is not (Roles.Buyer or Roles.Admin))
        {
            return TokenFault.MissingClaims;
        }

        if (now >= expires + skew)
        {
            return TokenFault.Expired;
        }

        if (claims.TryGetProperty("nbf", out _) && (!TryUnixTime(claims, "nbf", out long notBefore) || now < notBefore - skew))
        {
            return TokenFault.NotYetValid;
        }

        verified = new VerifiedToken(user, Text(claims, "role")!, DateTimeOffset.FromUnixTimeSeconds(expires));
        return TokenFault.None;
    }

    private bool IsForUs(JsonElement claims) =>
        claims.TryGetProperty("aud", out JsonElement audience) && audience.ValueKind switch
        {
            JsonValueKind.String => audience.ValueEquals(_audience),
            JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(_audience)),
            _ => false,
        };

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A whole number of seconds between 1970 and the end of what <see cref="DateTimeOffset"/> holds.</summary>
    private static bool TryUnixTime(JsonElement parent, string name, out long seconds)
    {
        seconds = 0;
        return parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out seconds) && seconds is >= 0 and <= 253_402_300_799;
    }

    private static string Encode(Dictionary<string, object> part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static JsonDocument Decode(ReadOnlySpan<char> part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);

    private sealed record Key(string Id, byte[] Secret);
}
