using Microsoft.AspNetCore.Authentication;

namespace Seckill.Hosting.Authentication;

/// <summary>Options of the scheme; the tokens' own are in <see cref="Seckill.Core.Identity.AuthOptions"/>.</summary>
public sealed class BearerTokenOptions : AuthenticationSchemeOptions
{
    /// <summary>Paths under which the token may stand in the query (<c>access_token</c>): browsers cannot set headers on a WebSocket.</summary>
    public string QueryTokenPath { get; set; } = "/hubs";
}
