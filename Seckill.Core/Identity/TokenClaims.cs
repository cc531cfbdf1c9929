using System.Text.Json;

namespace Seckill.Core.Identity;

/// <summary>What a token's payload says, as far as we ask. Of a name that stands twice the last one counts, as in <see cref="JsonDocument"/>.</summary>
/// <param name="IsFromIssuer">Whether <c>iss</c> is the issuer asked for.</param>
/// <param name="IsForAudience">Whether <c>aud</c> is, or contains, the audience asked for.</param>
/// <param name="Subject"><c>sub</c>, when it is text.</param>
/// <param name="Role"><c>role</c>, when it is text.</param>
/// <param name="ExpiresAt"><c>exp</c>, Unix seconds, when it is a whole number that a date can hold.</param>
/// <param name="HasNotBefore">Whether there is an <c>nbf</c>.</param>
/// <param name="NotBefore">That, as <paramref name="ExpiresAt"/>.</param>
/// <param name="TokenId"><c>jti</c>, when it is text.</param>
/// <param name="IssuedAt"><c>iat</c>, as <paramref name="ExpiresAt"/>.</param>
internal readonly record struct TokenClaims(bool IsFromIssuer, bool IsForAudience, string? Subject, string? Role, long? ExpiresAt, bool HasNotBefore, long? NotBefore, string? TokenId, long? IssuedAt)
{
    private const long LastSecond = 253_402_300_799; // 9999-12-31T23:59:59Z

    private static readonly string[] Roles = [.. Identity.Roles.All];
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 4 };

    /// <summary>Reads a payload; false when it is no JSON object.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool TryRead(ReadOnlySpan<byte> json, string issuer, string audience, out TokenClaims claims)
    {
        claims = default;
        Utf8JsonReader reader = new(json, Strict);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            claims = ReadProperty(ref reader, issuer, audience, claims);
        }

        // To the end, or what follows the object would go unseen.
        while (reader.Read())
        {
        }

        return true;
    }

    private static TokenClaims ReadProperty(ref Utf8JsonReader reader, string issuer, string audience, in TokenClaims claims)
    {
        if (reader.ValueTextEquals("iss"u8))
        {
            return claims with { IsFromIssuer = IsText(ref reader, issuer) };
        }

        if (reader.ValueTextEquals("sub"u8))
        {
            return claims with { Subject = ReadText(ref reader) };
        }

        if (reader.ValueTextEquals("role"u8))
        {
            return claims with { Role = ReadText(ref reader) };
        }

        if (reader.ValueTextEquals("exp"u8))
        {
            return claims with { ExpiresAt = ReadSeconds(ref reader) };
        }

        if (reader.ValueTextEquals("nbf"u8))
        {
            return claims with { HasNotBefore = true, NotBefore = ReadSeconds(ref reader) };
        }

        if (reader.ValueTextEquals("jti"u8))
        {
            return claims with { TokenId = ReadText(ref reader) };
        }

        if (reader.ValueTextEquals("iat"u8))
        {
            return claims with { IssuedAt = ReadSeconds(ref reader) };
        }

        if (reader.ValueTextEquals("aud"u8))
        {
            return claims with { IsForAudience = ReadAudience(ref reader, audience) };
        }

        reader.Read();
        reader.Skip();
        return claims;
    }

    private static bool IsText(ref Utf8JsonReader reader, string text)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String)
        {
            return reader.ValueTextEquals(text);
        }

        reader.Skip();
        return false;
    }

    // The texts that nearly every token carries are not made anew for each.
    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.String)
        {
            reader.Skip();
            return null;
        }

        foreach (string role in Roles)
        {
            if (reader.ValueTextEquals(role))
            {
                return role;
            }
        }

        return reader.GetString();
    }

    private static long? ReadSeconds(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetInt64(out long seconds) && seconds is >= 0 and <= LastSecond)
        {
            return seconds;
        }

        reader.Skip();
        return null;
    }

    private static bool ReadAudience(ref Utf8JsonReader reader, string audience)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String)
        {
            return reader.ValueTextEquals(audience);
        }

        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        bool found = false;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.String)
            {
                found |= reader.ValueTextEquals(audience);
            }
            else
            {
                reader.Skip();
            }
        }

        return found;
    }
}
