using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Backplane;
using Push.Hub.Connections;
using Push.Hub.Delivery;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Core.Redis;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>
/// Goal: connections that come and go leave nothing behind. Method: many of them, half resumed and watching, ended in turns by a close, by a cut and by silence in the handshake; then the heap after
/// a collection, the keys and channels in Redis and every table of the node must be where they were after a warm-up by the same users.
/// </summary>
public sealed class LeakTests(RedisFixture redis)
{
    private const int Workers = 16;

    [Fact]
    public Task TwoThousandConnections_LeaveNothingBehind() => RunAsync(connects: 2_000, users: 100, mayGrowBytes: 1024 * 1024);

    [Fact]
    [Trait("run", "long")]
    public Task AHundredThousandConnections_LeaveNothingBehind() => RunAsync(connects: 100_000, users: 1_000, mayGrowBytes: 4 * 1024 * 1024);

    private async Task RunAsync(int connects, int users, long mayGrowBytes)
    {
        await using HubNode node = await HubNode.StartAsync(
            redis,
            ("Seckill:HubConnections:AcceptPerSecond", "0"), ("Seckill:HubConnections:MaxPerUser", "0"), ("Seckill:HubConnections:HandshakeTimeout", "00:00:00.500"),
            ("Seckill:Delivery:PositionCheckInterval", "00:00:00.500"));
        string[] tokens = [.. Enumerable.Range(0, users).Select(_ => node.Token(Messages.NewUser()))];
        RedisConnection connection = node.Services.GetRequiredService<RedisConnection>();

        // Every user once each way: pools, caches and compiled code are there from here on.
        await ComeAndGoAsync(node, tokens, users * 3);
        await EmptyAsync(node);
        long heapBefore = Heap(), keysBefore = await KeysAsync(connection), channelsBefore = await ChannelsAsync(connection);

        TimeSpan cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        await ComeAndGoAsync(node, tokens, connects);
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime - cpuBefore;
        await EmptyAsync(node);

        long grown = Heap() - heapBefore;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{connects} connections: heap {grown:+#,0;-#,0;0} bytes, {cpu.TotalMilliseconds / connects:0.00} ms of CPU each, client and server");
        grown.ShouldBeLessThan(mayGrowBytes);
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (await KeysAsync(connection) > keysBefore)
        {
            await Task.Delay(20, deadline.Token); // A position check that met a leaving user gives its lease back a moment later.
        }

        (await ChannelsAsync(connection)).ShouldBe(channelsBefore);
    }

    private static async Task ComeAndGoAsync(HubNode node, string[] tokens, int connects)
    {
        await Parallel.ForAsync(0, connects, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (i, _) =>
        {
            string token = tokens[i % tokens.Length];
            using RawHubClient client = await RawHubClient.OpenAsync(node, token);
            client.Status.ShouldBe(101);
            if (i % 3 > 0)
            {
                await client.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e");
                await client.ReadFrameAsync();
                if (i % 2 == 0)
                {
                    await client.SendAsync("{\"type\":1,\"target\":\"Watch\",\"arguments\":[\"77\"]}\u001e");
                    await client.SendAsync("{\"type\":1,\"target\":\"Resume\",\"arguments\":[\"\",0]}\u001e");
                    await client.ReadFrameAsync();
                }
            }

            if (i % 3 == 1)
            {
                client.Cut();
            }
        });
    }

    private static async Task EmptyAsync(HubNode node)
    {
        ConnectionGate gate = node.Services.GetRequiredService<ConnectionGate>();
        UserSessions sessions = node.Services.GetRequiredService<UserSessions>();
        LocalConnections<PushHub> connections = node.Services.GetRequiredService<LocalConnections<PushHub>>();
        await Eventually.TrueAsync(() => gate.Count + gate.Tracked + sessions.Count + connections.Count + connections.GroupCount == 0, "every table is empty");
    }

    private static long Heap()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task<long> KeysAsync(RedisConnection connection) => (long)await connection.RunAsync(db => db.ExecuteAsync("DBSIZE"));

    private static async Task<long> ChannelsAsync(RedisConnection connection) =>
        ((RedisResult[])(await connection.RunAsync(db => db.ExecuteAsync("PUBSUB", "CHANNELS", "seckill:*")))!).Length;
}
