using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Backplane;
using Push.Hub.Connections;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>What breaks, and that users still receive everything, once and in order.</summary>
public sealed class FaultTests(RedisFixture redis)
{
    [Fact]
    public async Task SubscribersKilledUnderLoad_EveryMessageArrivesOnceInOrder()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:PositionCheckInterval", "00:00:00.300"));
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);

        int killed = 0;
        for (int i = 0; i < 200; i++)
        {
            await node.Mailboxes.AppendAsync([Messages.To(user, $"m{i}")]);
            if (i % 10 == 5)
            {
                killed += await RedisAdmin.KillSubscribersAsync(redis);
            }
        }

        await client.ReceivedAsync(200);
        killed.ShouldBeGreaterThan(0);
        client.Ids.ShouldBe(Messages.Ids(0, 200));
        client.Client.Connects.ShouldBe(1);
    }

    [Fact]
    public async Task WakeUpNeverSent_PositionCheckDelivers()
    {
        // Goal: pub/sub loses a message without any disconnect. Method: take the node out of the user's directory, so that nothing is published.
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:PositionCheckInterval", "00:00:00.300"));
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);
        RedisConnection connection = node.Services.GetRequiredService<RedisConnection>();
        (await connection.RunAsync(db => db.KeyDeleteAsync(new MailboxKeys(new UserId(user)).Nodes))).ShouldBeTrue();

        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 5));

        await client.ReceivedAsync(5);
        client.Ids.ShouldBe(Messages.Ids(0, 5));
    }

    [Fact]
    public async Task RedisForgetsEverything_TheNodesLeaseIsBackWithTheNextCheck()
    {
        // Goal: it does not take until the lease would have been renewed. Method: a lease that is renewed each 200 s only, which is longer than the test.
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:PositionCheckInterval", "00:00:00.300"), ("Seckill:Delivery:NodeLease", "00:10:00"));
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 1));
        await client.ReceivedAsync(1);
        RedisConnection connection = node.Services.GetRequiredService<RedisConnection>();
        MailboxKeys keys = new(new UserId(user));

        await connection.Database.ExecuteAsync("FLUSHALL");

        await Eventually.TrueAsync(async () => await connection.Database.HashLengthAsync(keys.Nodes) == 1 && await connection.Database.HashLengthAsync(keys.Sessions) == 1, "leased again");
        await node.Mailboxes.AppendAsync(Messages.Series(user, 1, 1));
        await client.ReceivedAsync(2);
        client.Ids.ShouldBe(Messages.Ids(0, 2));
        client.Gaps.ShouldHaveSingleItem().EpochChanged.ShouldBeTrue();
    }

    [Fact]
    public async Task RedisRestarts_ClientStaysConnected_AndReceivesWhatComesAfter()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:PositionCheckInterval", "00:00:00.300"));
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 10));
        await client.ReceivedAsync(10);

        await redis.Server.RestartAsync();
        await node.AppendSurelyAsync(Messages.Series(user, 10, 10));

        await client.ReceivedAsync(20);
        client.Ids.ShouldBe(Messages.Ids(0, 20));
        client.Client.Connects.ShouldBe(1);
    }

    [Fact]
    public async Task RedisAway_ClientsStillConnect_AndResumeIsRefusedUntilItIsBack()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:PositionCheckInterval", "00:00:00.300"));
        string user = Messages.NewUser();
        await redis.Server.StopAsync();
        Task<CollectingClient> connecting;
        try
        {
            connecting = node.ConnectAsync(user);
            await using HubConnection connection = await node.OpenAsync(user);
            HubException refusal = await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("Resume", "", 0L));
            refusal.Message.ShouldContain(PushCodes.Unavailable);
            connection.State.ShouldBe(HubConnectionState.Connected);
            connecting.IsCompleted.ShouldBeFalse();
        }
        finally
        {
            await redis.Server.StartAsync();
        }

        await using CollectingClient client = await connecting;
        await node.AppendSurelyAsync(Messages.Series(user, 0, 3));
        await client.ReceivedAsync(3);
        client.Ids.ShouldBe(Messages.Ids(0, 3));
    }

    [Fact]
    public async Task OneMailboxCannotBeRead_TheOthersAreComparedAllTheSame()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:PositionCheckInterval", "00:00:00.200"), ("Seckill:Delivery:ChecksInFlight", "8"));
        string broken = Messages.NewUser();
        string[] users = [.. Enumerable.Range(0, 24).Select(_ => Messages.NewUser())];
        await using CollectingClient unlucky = await node.ConnectAsync(broken);
        List<CollectingClient> clients = [];
        try
        {
            foreach (string user in users)
            {
                clients.Add(await node.ConnectAsync(user));
            }

            await RedisAdmin.BreakMailboxAsync(redis, broken);
            await Task.WhenAll(users.Select(user => RedisAdmin.ForgetLeasesAsync(redis, user)));
            await node.AppendSurelyAsync([.. users.Select(user => Messages.To(user, "m0"))]);

            await Task.WhenAll(clients.Select(client => client.ReceivedAsync(1)));
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task OneClientNeverReads_ItIsCut_OthersGoOn()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Backplane:MaxConnectionQueueBytes", "262144"));
        SaleId sale = new(4711);
        await using CollectingClient reader = await node.ConnectAsync(Messages.NewUser());
        await reader.Client.WatchAsync(sale.ToString());
        using ClientWebSocket stuck = await ConnectWithoutReadingAsync(node, sale);
        LocalConnections<PushHub> connections = node.Services.GetRequiredService<LocalConnections<PushHub>>();
        await Eventually.TrueAsync(() => connections.Count == 2, "both connected");
        SaleBroadcaster broadcaster = node.Services.GetRequiredService<SaleBroadcaster>();
        byte[] payload = Encoding.UTF8.GetBytes($"\"{new string('x', 8_000)}\"");

        // Past the socket's buffers, which the kernel grows to some MiB, the queue fills up.
        int sent = 0;
        long mostQueued = 0;
        while (connections.Count == 2 && sent < 4_000)
        {
            mostQueued = Math.Max(mostQueued, counters.Gauge("seckill.push.queue_bytes"));
            await broadcaster.PublishAsync(sale, PushTypes.SaleStock, payload);
            sent++;
            if (sent % 16 == 0)
            {
                // Half the bound at a time: the reader must keep up with this, however busy the machine is.
                await reader.ReceivedAsync(sent);
            }
        }

        await Eventually.TrueAsync(() => connections.Count == 1, "the stuck client is cut");
        await Eventually.TrueAsync(() => counters["seckill.push.closed", CloseReasons.Slow] == 1, "and counted by its reason");
        mostQueued.ShouldBeInRange(100_000, 2 * 262_144);
        counters.Gauge("seckill.push.connections_held").ShouldBe(1);
        counters.Gauge("seckill.push.connections_peak").ShouldBe(2);
        await reader.ReceivedAsync(sent);
        reader.Client.Connects.ShouldBe(1);
    }

    private static async Task<ClientWebSocket> ConnectWithoutReadingAsync(HubNode node, SaleId sale)
    {
        ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {node.Token(Messages.NewUser())}");
        await socket.ConnectAsync(new UriBuilder(node.Hub) { Scheme = "ws" }.Uri, CancellationToken.None);
        foreach (string frame in new[]
        {
            "{\"protocol\":\"json\",\"version\":1}\u001e",
            $"{{\"type\":1,\"target\":\"Watch\",\"arguments\":[\"{sale}\"]}}\u001e",
        })
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }

        return socket;
    }
}
