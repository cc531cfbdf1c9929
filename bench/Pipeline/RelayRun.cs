using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Ids;
using Seckill.Core.Outbox;
using Seckill.Core.Stock;

namespace Seckill.Benchmarks.Pipeline;

/// <summary>From outbox entry to Kafka's acknowledgement and removal: a full outbox, made by the real script in batches of 256, is emptied by one relay.</summary>
internal static class RelayRun
{
    /// <returns>Reservations per second. Kafka holds all of them afterwards.</returns>
    public static async Task<double> MeasureAsync(PipelineServers servers, int reservations, CancellationToken stop)
    {
        long epoch = 0;
        foreach (int[] users in Enumerable.Range(0, reservations).Chunk(StockStore.MaxBatch))
        {
            StockGrab[] batch = [.. users.Select(user => new UserId($"user-{user}")).Select(user => new StockGrab(user, new OrderId(servers.Ids.Next(UserShard.Of(user)))))];
            epoch = (await servers.Stock.GrabAsync(servers.Bucket, batch, epoch, 0)).Epoch;
        }

        using IHost worker = servers.BuildWorker((services, configuration) => services.AddOutboxRelay(configuration));
        await worker.StartAsync(stop);
        long full = await LengthAsync(servers), left = full, leftAtStart = full;
        long started = 0;
        while (left > 0)
        {
            await Task.Delay(2, stop);
            left = await LengthAsync(servers);
            if (started == 0 && left < full)
            {
                (started, leftAtStart) = (Stopwatch.GetTimestamp(), left);
            }
        }

        double perSecond = reservations * ((double)leftAtStart / full) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await worker.StopAsync(stop);
        return perSecond;
    }

    private static async Task<long> LengthAsync(PipelineServers servers) => (await servers.Stock.ReadAsync(servers.Bucket))!.OutboxLength;
}
