using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Backplane;
using Push.Hub.Tests.Support;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Operators see who is connected where, and what is gone is forgotten.</summary>
public sealed class PresenceTests(RedisFixture redis)
{
    private static readonly (string, string)[] Quick = [("Seckill:Presence:Interval", "00:00:00.100"), ("Seckill:Delivery:PositionCheckInterval", "00:00:00.100")];

    [Fact]
    public async Task ConnectedToTwoNodes_IsTold_WithDeviceAndTransport_UntilHeLeaves()
    {
        await using HubNode first = await HubNode.StartAsync(redis, Quick), second = await HubNode.StartAsync(redis, Quick);
        PresenceStore presence = second.Services.GetRequiredService<PresenceStore>();
        string user = Messages.NewUser();
        UserId id = new(user);
        await using HttpHubClient phone = await HttpHubClient.ConnectAsync(first, first.Token(user), polling: false);
        RawHubClient tab = await RawHubClient.ConnectAsync(first, first.Token(user));
        using RawHubClient laptop = await RawHubClient.ConnectAsync(second, second.Token(user));

        await UntilAsync(async () => (await presence.OfUserAsync(id)).Sum(one => one.Sessions.Connections) == 3);
        IReadOnlyList<UserPresence> there = await presence.OfUserAsync(id);
        there.Select(one => one.Node).ShouldBe(new[] { NameOf(first), NameOf(second) }, ignoreOrder: true);
        there.Single(one => one.Node == NameOf(first)).Sessions.Sessions.Select(one => (one.Device, one.Transport)).ShouldBe([("test", "serverSentEvents"), (null, "webSockets")]);
        await UntilAsync(async () => (await presence.NodesAsync()).Where(node => node.Node == NameOf(first)).Sum(node => node.Figures.Connections) == 2);
        NodePresence told = (await presence.NodesAsync()).Single(node => node.Node == NameOf(first));
        (told.Figures.Users, told.Figures.Draining).ShouldBe((1, false));

        tab.Cut();
        await UntilAsync(async () => (await presence.OfUserAsync(id)).Sum(one => one.Sessions.Connections) == 2);
        await first.StopAsync();
        await UntilAsync(async () => (await presence.OfUserAsync(id)).Select(one => one.Node).SequenceEqual([NameOf(second)]));
        (await presence.NodesAsync()).Select(node => node.Node).ShouldNotContain(told.Node);

        static async Task UntilAsync(Func<Task<bool>> condition)
        {
            using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
            while (!await condition())
            {
                await Task.Delay(20, deadline.Token);
            }
        }
    }

    [Fact]
    public async Task NodeThatDied_IsForgotten_WhenItsLeaseIsOver()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        PresenceStore presence = node.Services.GetRequiredService<PresenceStore>();
        await presence.TellAsync("dead", TimeSpan.FromMilliseconds(300), new NodeFigures(7, 5, false, DateTimeOffset.UnixEpoch));
        (await presence.NodesAsync()).Select(one => one.Node).ShouldContain("dead");

        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while ((await presence.NodesAsync()).Any(one => one.Node == "dead"))
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    [Fact]
    public async Task AppenderFindsNobodyListening_TheNodeIsTakenOut_AndOneThatLivesComesBack()
    {
        await using HubNode node = await HubNode.StartAsync(redis, Quick);
        RedisConnection connection = node.Services.GetRequiredService<RedisConnection>();
        string user = Messages.NewUser();
        MailboxKeys keys = new(new UserId(user));
        await using CollectingClient client = await node.ConnectAsync(user);
        await node.Mailboxes.TakeLeaseAsync(new UserId(user), "dead", TimeSpan.FromMinutes(1), new NodeSessions(1, []));

        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 3));

        connection.Database.HashKeys(keys.Nodes).Select(field => (string)field!).ShouldBe([NameOf(node)]);
        (await node.Services.GetRequiredService<PresenceStore>().OfUserAsync(new UserId(user))).ShouldHaveSingleItem().Node.ShouldBe(NameOf(node));
        await client.ReceivedAsync(3);

        // Taken out while it lives, as after a subscription that was lost for a moment: it finds that out by itself, and nothing is missed.
        (await connection.RunAsync(db => db.HashDeleteAsync(keys.Nodes, NameOf(node)))).ShouldBeTrue();
        await node.Mailboxes.AppendAsync(Messages.Series(user, 3, 2));
        await client.ReceivedAsync(5);
        await Eventually.TrueAsync(() => connection.Database.HashExists(keys.Nodes, NameOf(node)), "the lease is taken again");
        client.Ids.ShouldBe(Messages.Ids(0, 5));
    }

    private static string NameOf(HubNode node) => node.Services.GetRequiredService<NodeName>().Value;
}
