using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Orders;

namespace Seckill.Benchmarks.Pipeline;

/// <summary>From Kafka to the commit, buyers told: one intake empties the topic that the relay has filled.</summary>
internal static class IntakeRun
{
    // Joining the group and compiling the path are not what this measures.
    private const double WarmUp = 0.25;

    /// <returns>Orders per second, counted from when a quarter is stored.</returns>
    public static async Task<double> MeasureAsync(PipelineServers servers, int orders, CancellationToken stop)
    {
        using IHost worker = servers.BuildWorker((services, configuration) => services.AddOrderIntake(configuration));
        await worker.StartAsync(stop);
        int sold = 0, soldAtStart = 0;
        long started = 0;
        while (sold < orders)
        {
            await Task.Delay(20, stop);
            sold = await servers.ScalarAsync<int>("SELECT sold FROM stock_guard");
            if (started == 0 && sold >= WarmUp * orders)
            {
                (started, soldAtStart) = (Stopwatch.GetTimestamp(), sold);
            }
        }

        double perSecond = (orders - soldAtStart) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await worker.StopAsync(stop);
        return perSecond;
    }
}
