using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;

namespace Seckill.Core.Identity;

/// <summary>Issues and verifies JSON Web Tokens (RFC 7519) signed with HS256, and nothing else: the algorithm is ours to choose, not the token's.</summary>
/// <remarks>Thread-safe. Verification costs one HMAC and one walk over a small JSON text; see <see cref="VerifiedTokens"/> for tokens that come again.</remarks>
public sealed class AccessTokens : IDisposable
{
    /// <summary>Longest token looked at, in characters. A real one has about 300.</summary>
    public const int MaxLength = 4_096;

    private const int UsualLength = 1_024;
    private const int TokenIdBytes = 16;

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
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes)),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = expires.ToUnixTimeSeconds(),
        });
        string signed = $"{header}.{payload}";
        byte[] signature = new byte[HMACSHA256.HashSizeInBytes];
        key.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return new AccessToken($"{signed}.{Base64Url.EncodeToString(signature)}", expires);
    }

    /// <summary>Checks form, algorithm, key, signature, issuer, audience and time, in that order: nothing inside is believed before the signature is.</summary>
    /// <param name="token">The compact form, without <c>Bearer</c>.</param>
    /// <param name="verified">Who it speaks for, when the answer is <see cref="TokenFault.None"/>; else null.</param>
    public TokenFault Verify(ReadOnlySpan<char> token, out VerifiedToken? verified)
    {
        verified = null;
        int headerEnd = token.IndexOf('.');
        int payloadEnd = token.LastIndexOf('.');
        if (token.Length > MaxLength || headerEnd <= 0 || payloadEnd <= headerEnd || token[(headerEnd + 1)..payloadEnd].Contains('.'))
        {
            return TokenFault.Malformed;
        }

        // A real token fits on the stack; what is longer is rare, and paid for with an array.
        Span<byte> text = token.Length <= UsualLength ? stackalloc byte[UsualLength] : new byte[MaxLength];
        if (Ascii.FromUtf16(token, text, out int length) is not OperationStatus.Done)
        {
            return TokenFault.Malformed;
        }

        text = text[..length];
        try
        {
            if (FindKey(text[..headerEnd], out TokenFault fault) is not { } key)
            {
                return fault;
            }

            Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes], given = stackalloc byte[HMACSHA256.HashSizeInBytes];
            key.Sign(text[..payloadEnd], expected);
            if (Base64Url.DecodeFromUtf8(text[(payloadEnd + 1)..], given, out _, out int written) is not OperationStatus.Done || written != given.Length
                || !CryptographicOperations.FixedTimeEquals(expected, given))
            {
                return TokenFault.BadSignature;
            }

            key.Header ??= text[..headerEnd].ToArray();
            Span<byte> payload = text[(headerEnd + 1)..payloadEnd];
            return TokenClaims.TryRead(payload[..Base64Url.DecodeFromUtf8InPlace(payload)], _issuer, _audience, out TokenClaims claims) ? Check(claims, out verified) : TokenFault.Malformed;
        }
        catch (Exception fault) when (fault is FormatException or JsonException or InvalidOperationException)
        {
            return TokenFault.Malformed;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_keys, key => key.Dispose());

    // Nearly every token of a key has one and the same header: it is parsed once, and only a signed one is remembered.
    private Key? FindKey(ReadOnlySpan<byte> header, out TokenFault fault)
    {
        foreach (Key key in _keys)
        {
            if (key.Header is { } known && header.SequenceEqual(known))
            {
                fault = TokenFault.None;
                return key;
            }
        }

        using JsonDocument parsed = JsonDocument.Parse(Base64Url.DecodeFromUtf8(header), Strict);
        if (Text(parsed.RootElement, "alg") != "HS256" || parsed.RootElement.TryGetProperty("crit", out _))
        {
            fault = TokenFault.WrongAlgorithm;
            return null;
        }

        fault = TokenFault.UnknownKey;
        string? keyId = Text(parsed.RootElement, "kid");
        return Array.Find(_keys, key => key.Id == keyId);
    }

    private TokenFault Check(in TokenClaims claims, out VerifiedToken? verified)
    {
        verified = null;
        if (!claims.IsFromIssuer)
        {
            return TokenFault.WrongIssuer;
        }

        if (!claims.IsForAudience)
        {
            return TokenFault.WrongAudience;
        }

        if (claims.ExpiresAt is not { } expires || !UserId.TryParse(claims.Subject, out UserId user) || !Roles.IsKnown(claims.Role))
        {
            return TokenFault.MissingClaims;
        }

        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        long skew = (long)_skew.TotalSeconds;
        if (now >= expires + skew)
        {
            return TokenFault.Expired;
        }

        if (claims.HasNotBefore && (claims.NotBefore is not { } notBefore || now < notBefore - skew))
        {
            return TokenFault.NotYetValid;
        }

        verified = new VerifiedToken(user, claims.Role!, DateTimeOffset.FromUnixTimeSeconds(expires), claims.TokenId, claims.IssuedAt);
        return TokenFault.None;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Encode(Dictionary<string, object> part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private sealed class Key(string id, byte[] secret) : IDisposable
    {
        // One per thread: setting the key up costs more than the hash of a token does, and the object cannot be shared.
        private readonly ThreadLocal<IncrementalHash> _hashes = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret), trackAllValues: true);

        public string Id => id;

        /// <summary>The header, as it stands in the token, of the first token that was found to be signed with this key.</summary>
        public byte[]? Header { get; set; }

        public void Sign(ReadOnlySpan<byte> text, Span<byte> signature)
        {
            IncrementalHash hash = _hashes.Value!;
            hash.AppendData(text);
            hash.GetHashAndReset(signature);
        }

        public void Dispose()
        {
            foreach (IncrementalHash hash in _hashes.Values)
            {
                hash.Dispose();
            }

            _hashes.Dispose();
        }
    }
}
