using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Seckill.Core.Identity;
using Seckill.Hosting.Problems;

namespace Seckill.Hosting.Authentication;

/// <summary>The standard handler shape around <see cref="AccessTokens"/>, so that <c>AddJwtBearer</c> can take its place.</summary>
internal sealed class BearerTokenHandler(
    IOptionsMonitor<BearerTokenOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokens tokens)
    : AuthenticationHandler<BearerTokenOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (FindToken() is not { } token)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        TokenFault fault = tokens.Verify(token, out VerifiedToken? verified);
        if (fault != TokenFault.None)
        {
            return Task.FromResult(AuthenticateResult.Fail(Explain(fault)));
        }

        ClaimsIdentity identity = new(
            [
                new Claim(ClaimTypes.NameIdentifier, verified!.User.Value),
                new Claim(ClaimTypes.Role, verified.Role),
                new Claim("exp", verified.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ],
            Scheme.Name);
        AuthenticationProperties properties = new() { ExpiresUtc = verified.ExpiresAt };
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        string? reason = (await HandleAuthenticateOnceSafeAsync()).Failure?.Message;
        Response.Headers.WWWAuthenticate = reason is null ? "Bearer" : $"Bearer error=\"invalid_token\", error_description=\"{reason}\"";
        await Problem.WriteAsync(Context, Problem.Create(
            "unauthenticated", StatusCodes.Status401Unauthorized, "A valid bearer token is needed", reason ?? "The request carries no bearer token."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.WriteAsync(Context, Problem.Create(
            "forbidden", StatusCodes.Status403Forbidden, "The token's role does not allow this", "Ask for a token with the role that this call needs."));

    private string? FindToken()
    {
        StringValues header = Request.Headers.Authorization;
        if (header.Count == 1 && header[0] is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return value[Prefix.Length..].Trim();
        }

        return Request.Path.StartsWithSegments(Options.QueryTokenPath, StringComparison.Ordinal)
            && Request.Query.TryGetValue("access_token", out StringValues query) && query.Count == 1
                ? query[0]
                : null;
    }

    private static string Explain(TokenFault fault) => fault switch
    {
        TokenFault.Expired => "The token has expired.",
        TokenFault.NotYetValid => "The token is not valid yet.",
        TokenFault.WrongIssuer => "The token comes from another issuer.",
        TokenFault.WrongAudience => "The token is for another audience.",
        TokenFault.WrongAlgorithm => "The token's algorithm is not accepted.",
        TokenFault.MissingClaims => "The token lacks a usable sub, role or exp.",
        TokenFault.Malformed => "The token is malformed.",
        _ => "The token's signature is not valid.",
    };
}
