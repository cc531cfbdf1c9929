using Seckill.Chaos.Ids;
using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F8: clocks that step, and worker ids that change hands, make an order id twice.</summary>
public sealed class F08_ClockSkewInIds : WindowTest
{
    private const int Worlds = 4;

    private const long Ids = 100_000_000;

    /// <summary>
    /// Goal: 10^8 ids, none twice. Method: real leases in a real Redis, four worlds side by side, nodes on clocks of the test's own. Between stretches of ids a seeded hand sets clocks back
    /// (within and past what is waited for) and forth, restarts nodes with their clock in the past, and freezes holders until another has their worker id and both make
    /// ids. Each stretch must grow, and no two stretches of one worker id may overlap: together that is 'no id twice' without keeping 10^8 ids.
    /// </summary>
    [Fact]
    public Task ClocksStepAndWorkerIdsChangeHands_NoIdIsMadeTwice() => ProveAsync(async (report, stop) =>
    {
        int seed = Environment.TickCount;
        report.Figure("seed", seed);
        using TemporaryDirectory directory = new();
        await using RedisServer server = new(new() { Directory = directory.Path });
        await server.StartAsync(stop);
        IdWorld[] worlds = [.. Enumerable.Range(0, Worlds).Select(n =>
            new IdWorld(new RedisConnection($"{server.Endpoint},defaultDatabase={n}", "chaos-ids"), report, new Random(seed + n)))];
        long[] made = await Task.WhenAll(worlds.Select(world => Task.Run(() => MakeAsync(world, Ids / Worlds, stop), stop)));

        long overlaps = worlds.Sum(world => Overlaps(world.Stretches));
        report.Figure("ids", made.Sum());
        report.Figure("stretches", worlds.Sum(world => world.Stretches.Count));
        report.Figure("overlaps", overlaps);
        report.Figure("ids that did not grow", worlds.Sum(world => world.NotGrowing));
        report.Figure("refused by name", worlds.Sum(world => world.Refusals));
        report.Figure("clashes detected", worlds.Sum(world => world.Clashes));
        overlaps.ShouldBe(0);
        worlds.Sum(world => world.NotGrowing).ShouldBe(0);
        worlds.Sum(world => world.Refusals).ShouldBeGreaterThan(0);
        worlds.Sum(world => world.Clashes).ShouldBeGreaterThan(0);
        Array.ForEach(worlds, world => world.Dispose());
    });

    private static async Task<long> MakeAsync(IdWorld world, long ids, CancellationToken stop)
    {
        await world.StartAsync();
        long made = 0;
        while (made < ids)
        {
            stop.ThrowIfCancellationRequested();
            made += await world.LiveAsync();
        }

        return made;
    }

    private static long Overlaps(IEnumerable<IdStretch> stretches)
    {
        long overlaps = 0;
        foreach (IGrouping<int, IdStretch> ofWorker in stretches.GroupBy(one => one.Worker))
        {
            long last = 0;
            foreach (IdStretch one in ofWorker.OrderBy(one => one.First))
            {
                overlaps += one.First <= last ? 1 : 0;
                last = Math.Max(last, one.Last);
            }
        }

        return overlaps;
    }
}
