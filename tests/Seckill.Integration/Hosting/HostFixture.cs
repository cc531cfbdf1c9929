using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Diagnostics;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Hosting;
using Seckill.Hosting.Authentication;
using Seckill.Hosting.Health;
using Seckill.Hosting.Security;
using Xunit;

namespace Seckill.Integration.Hosting;

/// <summary>A host with nothing of ours but the shared edge, on a real socket; its Redis address leads nowhere.</summary>
public sealed class HostFixture : IAsyncLifetime
{
    private readonly Counter<long> _counter = SeckillMeter.Meter.CreateCounter<long>("seckill.test.things", "{thing}", "A \"quoted\" help\nin two lines");
    private readonly Histogram<double> _histogram = SeckillMeter.Meter.CreateHistogram<double>("seckill.test.wait", "s", "A wait");
    private WebApplication? _app;

    public HttpClient Client { get; } = new();

    public AccessTokens Tokens => _app!.Services.GetRequiredService<AccessTokens>();

    public string Token(string role) => Tokens.Issue(new UserId("alice"), role).Value;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = BareHost.Create("test-host");
        builder.Services.AddBearerTokens(builder.Configuration);
        builder.Services.AddHealthChecks().AddRedis().AddWorkerId().AddMySql(required: false);
        builder.Services.AddSingleton<IWorkerIdSource, NoWorkerId>();
        _app = builder.Build();
        _app.UseSecurityHeaders();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapSeckillHost();
        _app.MapGet("/me", (HttpContext context) => context.User.Identity!.IsAuthenticated.ToString()).RequireAuthorization();
        _app.MapGet("/hubs/me", () => "in").RequireAuthorization();
        _app.MapGet("/admin", () => "in").RequireAuthorization(BearerTokenRegistration.AdminPolicy);
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.First());
        _counter.Add(3, new KeyValuePair<string, object?>("reason", "a \"b\" \\ c"));
        _histogram.Record(0.02);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private sealed class NoWorkerId : IWorkerIdSource
    {
        public WorkerIdGrant? Current => null;
    }
}
