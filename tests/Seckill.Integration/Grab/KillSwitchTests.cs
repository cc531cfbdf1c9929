using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Grab;

/// <summary>The kill-switch on a real Redis and nodes whose MySQL leads nowhere: it must work on the worst day.</summary>
public sealed class KillSwitchTests
{
    private static readonly UserId Boss = new("boss");

    [Fact]
    public async Task Thrown_EveryNodeRefusesEverySale_AndSellsAgainOnceItIsTurnedBack()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await using GrabNode other = await node.StartAnotherAsync();
        Sale first = await node.OpenSaleAsync(5);
        Sale second = await node.OpenSaleAsync(5);
        await Task.WhenAll(other.SeesAsync(first), other.SeesAsync(second));
        (await other.GrabAsync(first, "alice")).Outcome.ShouldBe(GrabOutcome.Reserved);

        await node.Get<KillSwitch>().SetAsync(on: true, Boss);

        foreach (GrabNode each in (GrabNode[])[node, other])
        {
            await Eventually.TrueAsync(() => each.Get<SaleCatalog>().IsKilled);
            foreach (Sale sale in (Sale[])[first, second])
            {
                GrabResult refused = await each.GrabAsync(sale, "bob");
                refused.Outcome.ShouldBe(GrabOutcome.Paused);
                refused.RetryAfter.ShouldBeGreaterThan(TimeSpan.Zero);
            }
        }

        (await node.Stock.ReadAsync(first.BucketOf(first.Items[0])))!.Left.ShouldBe(4);
        (await other.Get<KillSwitch>().ReadAsync()).Who.ShouldBe(Boss);
        await other.Get<KillSwitch>().SetAsync(on: false, Boss);
        await Eventually.TrueAsync(() => !node.Get<SaleCatalog>().IsKilled && !other.Get<SaleCatalog>().IsKilled);
        (await node.GrabAsync(first, "bob")).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await other.GrabAsync(second, "bob")).Outcome.ShouldBe(GrabOutcome.Reserved);
    }

    [Fact]
    public async Task RedisForgetsTheSwitch_NodesThatKnowItKeepItOn_AndWriteItDownForNewOnes()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await node.Get<KillSwitch>().SetAsync(on: true, Boss);
        await Eventually.TrueAsync(() => node.Get<SaleCatalog>().IsKilled);

        await node.Get<RedisConnection>().Database.KeyDeleteAsync(SaleKeys.KillSwitch);

        await using GrabNode newcomer = await node.StartAnotherAsync();
        await Eventually.TrueAsync(() => newcomer.Get<SaleCatalog>().IsKilled);
        node.Get<SaleCatalog>().IsKilled.ShouldBeTrue();
        (await newcomer.Get<KillSwitch>().ReadAsync()).Who.ShouldBe(Boss);
    }

    /// <summary>A backup, or a replica that had not heard of it, brings back how it was left last time.</summary>
    [Fact]
    public async Task RedisComesBackWithAnOlderOff_NodesThatKnowTheOnKeepIt_AndOnlyANewOffEndsIt()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await node.Get<KillSwitch>().SetAsync(on: false, Boss);
        RedisValue older = await node.Get<RedisConnection>().RunAsync(db => db.StringGetAsync(SaleKeys.KillSwitch));
        await node.Get<KillSwitch>().SetAsync(on: true, Boss);
        await Eventually.TrueAsync(() => node.Get<SaleCatalog>().IsKilled);

        await node.Get<RedisConnection>().RunAsync(db => db.StringSetAsync(SaleKeys.KillSwitch, older));

        await Eventually.TrueAsync(async () => (await node.Get<KillSwitch>().ReadAsync()).On);
        node.Get<SaleCatalog>().IsKilled.ShouldBeTrue();
        await node.Get<KillSwitch>().SetAsync(on: false, Boss);
        await Eventually.TrueAsync(() => !node.Get<SaleCatalog>().IsKilled);
    }

    [Fact]
    public async Task NobodyEverThrewIt_ItIsOff()
    {
        await using GrabNode node = await GrabNode.StartAsync();

        (await node.Get<KillSwitch>().ReadAsync()).ShouldBe(KillSwitchState.Never);
    }

    [Fact]
    public async Task ClosedAndUpcomingSales_SayWhatTheyAre_AlsoWhileItIsOn()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale upcoming = await node.OpenSaleAsync(5, opensIn: TimeSpan.FromMinutes(30));
        await node.Get<KillSwitch>().SetAsync(on: true, Boss);
        await Eventually.TrueAsync(() => node.Get<SaleCatalog>().IsKilled);

        (await node.GrabAsync(upcoming, "alice")).Outcome.ShouldBe(GrabOutcome.NotOpen);
    }
}
