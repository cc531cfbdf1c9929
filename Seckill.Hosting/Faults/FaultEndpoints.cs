using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;

namespace Seckill.Hosting.Faults;

/// <summary><c>/dev/faults</c>: arms the fault points of a running process. Not even mapped outside Development.</summary>
internal static class FaultEndpoints
{
    private const int LongestDelayMs = 600_000;

    public static void MapFaults(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        RouteGroupBuilder faults = app.MapGroup("/dev/faults").ExcludeFromDescription();
        faults.MapGet("", (FaultPoints points) => Enum.GetValues<FaultPoint>().ToDictionary(point => point.ToString(), points.Fired));
        faults.MapPut("{point}", Arm);
        faults.MapDelete("{point}", Disarm);
    }

    private static IResult Arm(string point, FaultOrder order, FaultPoints points)
    {
        if (!Enum.TryParse(point, out FaultPoint named) || !Enum.IsDefined(named))
        {
            return Results.NotFound($"Points: {string.Join(", ", Enum.GetNames<FaultPoint>())}.");
        }

        if (order.Skip < 0 || order.Times < 0 || order.Every < 1 || order.DelayMs is < 0 or > LongestDelayMs || Action(order) is not { } action)
        {
            return Results.BadRequest($"action: kill, throw or delay; delayMs: 0 to {LongestDelayMs}; skip and times: at least 0; every: at least 1.");
        }

        long passes = 0;
        points.Arm(named, () =>
        {
            long pass = Interlocked.Increment(ref passes) - order.Skip;
            return pass > 0 && (order.Times == 0 || pass <= order.Times) && pass % order.Every == 0 ? action() : Task.CompletedTask;
        });
        return Results.NoContent();
    }

    private static IResult Disarm(string point, FaultPoints points)
    {
        if (!Enum.TryParse(point, out FaultPoint named) || !Enum.IsDefined(named))
        {
            return Results.NotFound();
        }

        points.Arm(named, action: null);
        return Results.NoContent();
    }

    private static Func<Task>? Action(FaultOrder order) => order.Action switch
    {
        "kill" => static () =>
        {
            // SIGKILL: no handler, no flush, no goodbye. The wait keeps the caller from going on until it arrives.
            Process.GetCurrentProcess().Kill();
            return Task.Delay(Timeout.Infinite);
        }
        ,
        "throw" => static () => throw new InvalidOperationException("A test armed this fault point."),
        "delay" => () => Task.Delay(order.DelayMs),
        _ => null,
    };
}
