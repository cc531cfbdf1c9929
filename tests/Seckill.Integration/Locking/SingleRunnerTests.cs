using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Locking;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Locking;

public sealed class SingleRunnerTests
{
    [Fact]
    public async Task ThreeNodes_OneRuns_WhenItStopsAnotherTakesOverWithAHigherToken()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(1);
        List<long> tokens = [];
        int inside = 0;
        int together = 0;
        Dictionary<long, CancellationTokenSource> running = [];
        Task[] nodes = [.. Enumerable.Range(0, 3).Select(async _ =>
        {
            CancellationTokenSource stop = new();
            try
            {
                await Runner(cluster).RunAsync("job", async (token, end) =>
                {
                    lock (tokens)
                    {
                        together += ++inside > 1 ? 1 : 0;
                        tokens.Add(token.Value);
                        running.Add(token.Value, stop);
                    }

                    try
                    {
                        await Task.Delay(Timeout.Infinite, end);
                    }
                    finally
                    {
                        lock (tokens)
                        {
                            inside--;
                        }
                    }
                }, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Stopped as the test wants it.
            }
        })];

        HashSet<CancellationTokenSource> stopped = [];
        for (int i = 0; i < 3; i++)
        {
            CancellationTokenSource? next = null;
            await Eventually.TrueAsync(() =>
            {
                lock (tokens)
                {
                    next = running.Values.FirstOrDefault(stop => !stopped.Contains(stop));
                    return next is not null;
                }
            });
            stopped.Add(next!);
            await next!.CancelAsync();
        }

        await Task.WhenAll(nodes);
        together.ShouldBe(0);
        tokens.ShouldBe(tokens.Distinct().Order());
    }

    [Fact]
    public async Task RedisGone_TheJobIsCancelled_AndRunsAgainWhenItIsBack()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(1);
        using CancellationTokenSource stop = new();
        int runs = 0;
        int cancelled = 0;
        Task node = Runner(cluster).RunAsync("job", async (_, end) =>
        {
            Interlocked.Increment(ref runs);
            try
            {
                await Task.Delay(Timeout.Infinite, end);
            }
            finally
            {
                Interlocked.Increment(ref cancelled);
            }
        }, stop.Token);
        await Eventually.TrueAsync(() => Volatile.Read(ref runs) == 1);

        await cluster.Servers[0].KillAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref cancelled) == 1);
        await cluster.Servers[0].StartAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => Volatile.Read(ref runs) == 2);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => node);
    }

    [Fact]
    public async Task WriteRefusedByItsToken_TheJobStandsInLineAgain()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(1);
        List<long> tokens = [];

        await Runner(cluster).RunAsync("job", (token, _) =>
        {
            tokens.Add(token.Value);
            return tokens.Count == 1 ? throw new StaleHolderException(token, token.Value + 1) : Task.CompletedTask;
        }, TestContext.Current.CancellationToken);

        tokens.Count.ShouldBe(2);
        tokens[1].ShouldBeGreaterThan(tokens[0]);
    }

    private static SingleRunner Runner(LockCluster cluster) => new(cluster.Node(), NullLogger<SingleRunner>.Instance);
}
