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

/// <summary>The standard handler shape around <see cref="VerifiedTokens"/>, so that <c>AddJwtBearer</c> can take its place.</summary>
internal sealed class BearerTokenHandler(
    IOptionsMonitor<BearerTokenOptions> options, ILoggerFactory logger, UrlEncoder encoder, VerifiedTokens tokens)
    : AuthenticationHandler<BearerTokenOptions>(options, logger, encoder)
{
    // A handler is made for each request.
    private TokenFault _fault;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        ReadOnlySpan<char> token = FindToken();
        if (token.IsEmpty)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        _fault = tokens.Verify(token, out VerifiedToken? verified);
        if (_fault != TokenFault.None)
        {
            return Task.FromResult(AuthenticateResult.Fail(BearerChallenge.Explain(_fault)));
        }

        ClaimsIdentity identity = new(TokenPrincipal.ClaimsOf(verified!), Scheme.Name);
        AuthenticationProperties properties = new() { ExpiresUtc = verified!.ExpiresAt };
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        await BearerChallenge.WriteAsync(Context, _fault);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.WriteAsync(Context, Problem.Create(
            "forbidden", StatusCodes.Status403Forbidden, "The token's role does not allow this", "Ask for a token with the role that this call needs."));

    private ReadOnlySpan<char> FindToken()
    {
        ReadOnlySpan<char> token = BearerChallenge.FindToken(Request.Headers);
        return token.IsEmpty && Request.Path.StartsWithSegments(Options.QueryTokenPath, StringComparison.Ordinal)
            && Request.Query.TryGetValue("access_token", out StringValues query) && query.Count == 1
                ? query[0]
                : token;
    }
}
