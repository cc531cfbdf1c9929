using Microsoft.Extensions.Diagnostics.HealthChecks;
using Push.Hub.Backplane;
using Push.Hub.Connections;
using Push.Hub.Hubs;
using Seckill.Hosting;
using Seckill.Hosting.Authentication;
using Seckill.Hosting.Health;
using Seckill.Hosting.Proxies;
using Seckill.Hosting.Security;
using Seckill.Hosting.Telemetry;

namespace Push.Hub;

/// <summary>Puts a hub node together; the program and the tests start the same one.</summary>
public static class PushHubHost
{
    /// <summary>Builds the application.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddSeckillHost("push-hub");
        builder.Services.AddTrustedProxies(builder.Configuration);
        builder.Services.AddBearerTokens(builder.Configuration);
        builder.Services.AddHealthChecks().AddRedis().AddCheck<BackplaneHealthCheck>("backplane", HealthStatus.Degraded, [HealthRegistration.Startup]);
        builder.Services.AddPushHub(builder.Configuration);

        WebApplication app = builder.Build();
        app.UseTrustedProxies();
        app.UseRequestTraces();
        app.UseSecurityHeaders();
        app.UseCors();
        app.UseWebSockets();
        app.UseWebSocketCompression();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseConnectionGate();
        app.MapSeckillHost();
        app.MapPushHub();
        return app;
    }
}
