using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Hosting.Metrics;
using Shouldly;

namespace Seckill.Integration.Metrics;

/// <summary>The instruments that the code declares, whether or not anything was ever counted on them.</summary>
internal static class DeclaredInstruments
{
    private static readonly string[] Assemblies = ["Seckill.Core", "Seckill.Hosting", "Seckill.Api", "Seckill.Worker", "Push.Hub"];

    /// <summary>By name: ours, ASP.NET Core's and the runtime's.</summary>
    public static Dictionary<string, Instrument> Find()
    {
        Dictionary<string, Instrument> found = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            lock (found)
            {
                found[instrument.Name] = instrument;
            }
        };
        listener.Start();
        foreach (Type holder in Assemblies.Select(Assembly.Load).SelectMany(assembly => assembly.GetTypes()).Where(HoldsInstruments))
        {
            RuntimeHelpers.RunClassConstructor(holder.TypeHandle);
        }

        // The instruments of the server and of its connections are made with them.
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Services.AddSignalR();
        IHost app = builder.Build();
        using (app)
        {
            ((WebApplication)app).MapHub<SomeHub>("/hub");
            app.Services.GetRequiredService<IServer>();
            app.Services.GetServices<IHostedService>().ShouldNotBeEmpty();
        }

        lock (found)
        {
            return found.Where(one => !one.Key.StartsWith("seckill.test.", StringComparison.Ordinal)).ToDictionary();
        }
    }

    public static bool IsOurs(Instrument instrument) => instrument.Meter.Name == SeckillMeter.Name;

    public static string TypeOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" when !PrometheusName.IsLevel(instrument.Name) => "counter",
        "Histogram" => "histogram",
        _ => "gauge",
    };

    private sealed class SomeHub : Hub;

    private static bool HoldsInstruments(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Any(field => field.FieldType.IsSubclassOf(typeof(Instrument)));
}
