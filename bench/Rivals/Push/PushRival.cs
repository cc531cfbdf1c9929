using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Push;
using Seckill.Hosting;
using Seckill.Hosting.Authentication;
using Seckill.Hosting.Health;

namespace Seckill.Rivals.Push;

/// <summary>Puts a rival of the push hub together: the same host, logs, metrics, checks and bearer tokens; only who holds the connections is another.</summary>
internal static class PushRival
{
    /// <summary>SignalR without a backplane.</summary>
    public const string Stock = "stock";

    /// <summary>Kestrel's WebSockets.</summary>
    public const string Raw = "raw";

    /// <summary>Builds it. Clients connect at <c>/hubs/{design}</c>; what to send comes over the channel of a hub named <paramref name="design"/>.</summary>
    public static WebApplication Build(string[] args, string design)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.AddSeckillHost($"push-rival-{design}");
        builder.Services.AddBearerTokens(builder.Configuration);
        builder.Services.AddHealthChecks().AddRedis();
        if (design == Stock)
        {
            builder.Services.AddSignalR();
            builder.Services.AddSingleton<IFeedReceiver, StockReceiver>();
        }
        else
        {
            builder.Services.AddSingleton<RawSockets>().AddSingleton<IFeedReceiver>(provider => provider.GetRequiredService<RawSockets>());
        }

        builder.Services.AddHostedService(provider => new PushFeed(
            new BackplaneChannels(design), provider.GetRequiredService<IFeedReceiver>(), provider.GetRequiredService<IOptions<Connections>>()));
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapSeckillHost();
        if (design == Stock)
        {
            app.MapHub<StockHub>($"/hubs/{Stock}");
        }
        else
        {
            app.Map($"/hubs/{Raw}", app.Services.GetRequiredService<RawSockets>().ServeAsync).RequireAuthorization();
        }

        return app;
    }
}
