using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Tests.Support;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Sale-wide messages reach the watchers on every node, and nobody else.</summary>
public sealed class SaleBroadcastTests(RedisFixture redis)
{
    private readonly SaleId _sale = new(Random.Shared.NextInt64(1, long.MaxValue));

    [Fact]
    public async Task WatchersOnTwoNodes_BothReceive_OthersDoNot()
    {
        await using HubNode one = await HubNode.StartAsync(redis);
        await using HubNode other = await HubNode.StartAsync(redis);
        await using CollectingClient here = await one.ConnectAsync(Messages.NewUser());
        await using CollectingClient there = await other.ConnectAsync(Messages.NewUser());
        await using CollectingClient stranger = await other.ConnectAsync(Messages.NewUser());
        await here.Client.WatchAsync(_sale.ToString());
        await there.Client.WatchAsync(_sale.ToString());

        // The subscription of a node that has just started may still be on its way: publish until it has come through.
        await Eventually.TrueAsync(
            () =>
            {
                _ = one.Services.GetRequiredService<SaleBroadcaster>().PublishAsync(_sale, PushTypes.SaleStock, "{\"left\":1}"u8.ToArray());
                return here.Messages.Count > 0 && there.Messages.Count > 0;
            },
            "both watchers");

        here.Messages[0].Type.ShouldBe(PushTypes.SaleStock);
        here.Messages[0].Seq.ShouldBe(0);
        there.Messages[0].Payload.GetProperty("left").GetInt32().ShouldBe(1);
        stranger.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task WatchingLate_TheLatestOfEachTypeComesAtOnce()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        SaleBroadcaster broadcaster = node.Services.GetRequiredService<SaleBroadcaster>();
        await broadcaster.PublishAsync(_sale, PushTypes.SaleStock, "{\"left\":9}"u8.ToArray());
        await broadcaster.PublishAsync(_sale, PushTypes.SaleStock, "{\"left\":7}"u8.ToArray());
        await broadcaster.PublishAsync(_sale, PushTypes.SaleState, "{\"state\":\"open\"}"u8.ToArray());
        await using CollectingClient client = await node.ConnectAsync(Messages.NewUser());

        await client.Client.WatchAsync(_sale.ToString());

        await client.ReceivedAsync(2);
        client.Messages.Single(message => message.Type == PushTypes.SaleStock).Payload.GetProperty("left").GetInt32().ShouldBe(7);
    }
}
