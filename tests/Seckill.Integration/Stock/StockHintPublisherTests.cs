using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Integration.Grab;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock;

/// <summary>Goal: watchers of a sale hear what changed, whichever Worker tells them.</summary>
public sealed class StockHintPublisherTests
{
    [Fact]
    public async Task UnitsReturnWhileNobodyPublishes_TheNextPublisherTellsOfThem()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        ConcurrentQueue<string> heard = await ListenAsync(node);
        Sale sale = await node.OpenSaleAsync(units: 1);
        OrderId order = (await node.GrabAsync(sale, "alice")).Order;
        await PublishUntilAsync(node, () => heard.Any(news => news.Contains("\"left\":0", StringComparison.Ordinal)));

        await node.Stock.ReleaseAsync(sale.BucketOf(sale.Items[0]), new UserId("alice"), order);

        await PublishUntilAsync(node, () => heard.Any(news => news.Contains(PushTypes.UnitsReturned, StringComparison.Ordinal)));
        heard.Last().ShouldContain("\"units\":1");
    }

    [Fact]
    public async Task NothingChangedWhileNobodyPublished_TheNextPublisherIsSilent()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        ConcurrentQueue<string> heard = await ListenAsync(node);
        Sale first = await node.OpenSaleAsync(units: 1);
        await PublishUntilAsync(node, () => heard.Any(news => news.Contains(first.Id.ToString(), StringComparison.Ordinal)));

        // The second sale's hint shows that the other publisher has looked at both.
        Sale second = await node.OpenSaleAsync(units: 1);
        await PublishUntilAsync(node, () => heard.Any(news => news.Contains(second.Id.ToString(), StringComparison.Ordinal)));

        heard.Count(news => news.Contains(first.Id.ToString(), StringComparison.Ordinal)).ShouldBe(1);
    }

    private static async Task<ConcurrentQueue<string>> ListenAsync(GrabNode node)
    {
        ConcurrentQueue<string> heard = new();
        RedisChannel all = BackplaneChannels.Push.All;
        await node.Get<RedisListener>().SubscribeAsync(all.ToString(), heard.Enqueue);
        return heard;
    }

    /// <summary>One Worker's publisher, from its start to its end.</summary>
    private static async Task PublishUntilAsync(GrabNode node, Func<bool> condition)
    {
        using StockHintPublisher publisher = new(node.Get<RedisConnection>(), node.Get<SaleBroadcaster>(), TimeProvider.System, NullLogger<StockHintPublisher>.Instance);
        await publisher.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(condition);
        await publisher.StopAsync(CancellationToken.None);
    }
}
