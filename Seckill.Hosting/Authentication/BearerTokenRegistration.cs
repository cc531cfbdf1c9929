using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Identity;
using Seckill.Hosting.Health;

namespace Seckill.Hosting.Authentication;

/// <summary>Registers bearer authentication.</summary>
public static class BearerTokenRegistration
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "Bearer";

    /// <summary>Name of the policy that lets admins in.</summary>
    public const string AdminPolicy = "admin";

    /// <summary>Name of the policy that lets operators in, and admins.</summary>
    public const string OperatorPolicy = "operator";

    /// <summary>Name of the policy that lets in whoever may look at the cockpit: viewers, operators, admins.</summary>
    public const string ViewerPolicy = "viewer";

    /// <summary>Adds the scheme, makes it the default, and adds the policies of the operating roles; needs Redis, from which it hears of revoked tokens.</summary>
    public static IServiceCollection AddBearerTokens(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIdentity(configuration).AddTokenRevocations();
        services.AddHealthChecks().AddCheck<RevocationsHealthCheck>("revocations", HealthStatus.Unhealthy, [HealthRegistration.Ready, HealthRegistration.Startup]);
        services.AddAuthentication(Scheme).AddScheme<BearerTokenOptions, BearerTokenHandler>(Scheme, configureOptions: null);
        services.AddAuthorizationBuilder()
            .AddPolicy(AdminPolicy, policy => policy.RequireRole(Roles.Admin))
            .AddPolicy(OperatorPolicy, policy => policy.RequireRole(Roles.Operator, Roles.Admin))
            .AddPolicy(ViewerPolicy, policy => policy.RequireRole(Roles.Viewer, Roles.Operator, Roles.Admin));
        return services;
    }
}
