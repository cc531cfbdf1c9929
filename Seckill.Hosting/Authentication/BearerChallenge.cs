using Microsoft.AspNetCore.Http;
using Seckill.Core.Identity;
using Seckill.Hosting.Problems;

namespace Seckill.Hosting.Authentication;

/// <summary>The answer to a request without a good bearer token (RFC 6750).</summary>
public static class BearerChallenge
{
    private const string Prefix = "Bearer ";

    /// <summary>Finds the token in the <c>Authorization</c> header; empty when there is none.</summary>
    public static ReadOnlySpan<char> FindToken(IHeaderDictionary headers) =>
        headers.Authorization is { Count: 1 } header && header[0] is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? value.AsSpan(Prefix.Length).Trim()
            : [];

    /// <summary>Writes 401 and says why.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fault">What is wrong with the token; <see cref="TokenFault.None"/> when there is none.</param>
    public static Task WriteAsync(HttpContext context, TokenFault fault)
    {
        string? reason = fault is TokenFault.None ? null : Explain(fault);
        context.Response.Headers.WWWAuthenticate = reason is null ? "Bearer" : $"Bearer error=\"invalid_token\", error_description=\"{reason}\"";
        return Problem.WriteAsync(context, fault is TokenFault.Revoked
            ? Problem.Create("token-revoked", StatusCodes.Status401Unauthorized, "The token was revoked", "Log in anew.")
            : Problem.Create("unauthenticated", StatusCodes.Status401Unauthorized, "A valid bearer token is needed", reason ?? "The request carries no bearer token."));
    }

    internal static string Explain(TokenFault fault) => fault switch
    {
        TokenFault.Expired => "The token has expired.",
        TokenFault.NotYetValid => "The token is not valid yet.",
        TokenFault.WrongIssuer => "The token comes from another issuer.",
        TokenFault.WrongAudience => "The token is for another audience.",
        TokenFault.WrongAlgorithm => "The token's algorithm is not accepted.",
        TokenFault.MissingClaims => "The token lacks a usable sub, role or exp.",
        TokenFault.Revoked => "The token was revoked.",
        TokenFault.Malformed => "The token is malformed.",
        _ => "The token's signature is not valid.",
    };
}
