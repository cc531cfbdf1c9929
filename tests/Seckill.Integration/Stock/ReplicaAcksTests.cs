using Seckill.Core.Grab;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Stock;

/// <summary>With <c>Seckill:Stock:ReplicaAcks</c> nobody is told 202 before a replica has it.</summary>
public sealed class ReplicaAcksTests
{
    private static readonly Dictionary<string, string?> OneReplica = new()
    {
        ["Seckill:Stock:ReplicaAcks"] = "1",
        ["Seckill:Stock:ReplicaTimeout"] = "00:00:00.200",
        ["Seckill:Grab:AskAgainFor"] = "00:00:01",
    };

    [Fact]
    public async Task ReplicaSilent_OutcomeUnknown_AndOnceItIsBack_TheRepeatFindsTheOrder()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: OneReplica);
        using TemporaryDirectory directory = new();
        await using RedisServer replica = new(new RedisServerOptions { Directory = directory.Path, ReplicaOf = node.Redis.Port });
        await replica.StartAsync(TestContext.Current.CancellationToken);
        await node.Redis.WaitForCopyAsync(replica, TimeSpan.FromSeconds(30));
        Sale sale = await node.OpenSaleAsync(5);
        await Eventually.TrueAsync(async () => (await node.GrabAsync(sale, "early")).Outcome is GrabOutcome.Reserved or GrabOutcome.AlreadyGrabbed);

        replica.Pause();
        GrabResult unheard = await node.GrabAsync(sale, "late");
        unheard.Outcome.ShouldBe(GrabOutcome.OutcomeUnknown, "reserved on the primary alone, which may die with it");
        (await node.Stock.FindHeldAsync(sale.BucketOf(sale.Items[0]), new("late"))).ShouldHaveSingleItem();

        replica.Resume();
        await Eventually.TrueAsync(async () => (await node.GrabAsync(sale, "late")).Outcome is GrabOutcome.AlreadyGrabbed);
        (await node.Stock.ReadAsync(sale.BucketOf(sale.Items[0])))!.Left.ShouldBe(3, "asked again under the same order id");
        (await replica.SendAsync("GET", node.Keys(sale).Stock!)).ShouldBe("3");
    }

    [Fact]
    public async Task NoReplicaAtAll_NobodyIsTold()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: OneReplica);
        Sale sale = await node.OpenSaleAsync(5);

        (await node.GrabAsync(sale, "alone")).Outcome.ShouldBe(GrabOutcome.OutcomeUnknown);
    }

    [Fact]
    public async Task SettingsThatForget_AreNamed()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        RedisSettings settings = await RedisSettingsCheck.ReadAsync(node.Get<RedisConnection>());
        settings.ShouldBe(new RedisSettings("noeviction", "no", "everysec", "0"));

        settings.FaultsFor(new StockOptions { Durability = StockDurability.Memory }).ShouldBeEmpty();
        settings.FaultsFor(new StockOptions()).ShouldHaveSingleItem().ShouldContain("appendonly");
        (settings with { AppendOnly = "yes" }).FaultsFor(new StockOptions { Durability = StockDurability.Always }).ShouldHaveSingleItem().ShouldContain("appendfsync");
        RedisSettings durable = new("noeviction", "yes", "always", "1");
        durable.FaultsFor(new StockOptions { Durability = StockDurability.Replicated, ReplicaAcks = 1 }).ShouldBeEmpty();
        durable.FaultsFor(new StockOptions { Durability = StockDurability.Replicated, ReplicaAcks = 2 }).ShouldHaveSingleItem().ShouldContain("min-replicas-to-write");
        durable.FaultsFor(new StockOptions { Durability = StockDurability.Replicated }).ShouldHaveSingleItem().ShouldContain("ReplicaAcks");
        (durable with { MaxMemoryPolicy = "allkeys-lru" }).FaultsFor(new StockOptions()).ShouldHaveSingleItem().ShouldContain("noeviction");
    }
}
