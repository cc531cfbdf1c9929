using Seckill.Core.Admission;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Admission;

/// <summary>Lists of restricted sales on nodes that share a real Redis. Goal: who is not listed is refused from memory, and who is listed is refused by nobody, whatever happens to filters.</summary>
public sealed class EligibilityTests
{
    private static readonly UserId Alice = new("alice"), Bob = new("bob"), Stranger = new("stranger");

    [Fact]
    public async Task OneNodeBuilds_AllRefuseStrangersFromMemory_AndAUserWhoIsAddedIsRefusedByNone()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await using GrabNode other = await node.StartAnotherAsync();
        Sale sale = await node.OpenSaleAsync(units: 5, eligible: [Alice]);
        await other.SeesAsync(sale);
        EligibilityGate[] gates = [node.Get<EligibilityGate>(), other.Get<EligibilityGate>()];

        await Eventually.TrueAsync(() => gates.All(gate => gate.SurelyNotEligible(sale.Id, Bob)));
        (await other.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.NotEligible);

        await node.Get<SalePublisher>().PublishEligibleAsync(sale, [Bob]);
        await Task.Delay(EligibilityGate.AnnounceFor); // As an upload does before it is acknowledged.

        gates.ShouldAllBe(gate => !gate.SurelyNotEligible(sale.Id, Bob));
        (await other.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.Reserved);
        await Eventually.TrueAsync(() => gates.All(gate => gate.SurelyNotEligible(sale.Id, Stranger)));
        gates.ShouldAllBe(gate => !gate.SurelyNotEligible(sale.Id, Bob) && !gate.SurelyNotEligible(sale.Id, Alice));
    }

    [Fact]
    public async Task ADamagedFilter_IsRefused_TheLastGoodOneStands_AndItIsBuiltAnew()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(units: 5, eligible: [Alice]);
        EligibilityGate gate = node.Get<EligibilityGate>();
        await Eventually.TrueAsync(() => gate.SurelyNotEligible(sale.Id, Stranger));
        BloomKeys keys = new(SaleKeys.EligibleTag(sale.Id));
        BloomStore store = new(node.Get<Core.Redis.RedisConnection>());
        long version = await store.VersionAsync(keys);

        await node.Get<Core.Redis.RedisConnection>().Database.HashSetAsync(keys.Head, "header", "not a filter");
        gate.SurelyNotEligible(sale.Id, Stranger).ShouldBeTrue("what this node has is good");
        (await store.LoadAsync(keys)).Fault.ShouldBe(BloomFault.NotAFilter);
        await using GrabNode late = await node.StartAnotherAsync();
        await late.SeesAsync(sale);

        await Eventually.TrueAsync(() => late.Get<EligibilityGate>().SurelyNotEligible(sale.Id, Stranger));
        late.Get<EligibilityGate>().SurelyNotEligible(sale.Id, Alice).ShouldBeFalse();
        BloomLoad rebuilt = await store.LoadAsync(keys);
        (rebuilt.Fault, rebuilt.Version).ShouldBe((BloomFault.None, version));
    }

    [Fact]
    public async Task RedisForgets_OrIsAway_FiltersRefuseNobody()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(units: 5, eligible: [Alice]);
        EligibilityGate gate = node.Get<EligibilityGate>();
        await Eventually.TrueAsync(() => gate.SurelyNotEligible(sale.Id, Stranger));

        await node.Get<Core.Redis.RedisConnection>().Database.KeyDeleteAsync(SaleKeys.EligibleVersion(sale.Id));
        await Eventually.TrueAsync(() => !gate.SurelyNotEligible(sale.Id, Stranger));
        await node.Get<SalePublisher>().PublishEligibleAsync(sale, [Alice]);
        await Eventually.TrueAsync(() => gate.SurelyNotEligible(sale.Id, Stranger));

        await node.Redis.KillAsync();
        await Eventually.TrueAsync(() => !gate.SurelyNotEligible(sale.Id, Stranger));
        (await gate.AskAsync(sale.Id, Stranger)).ShouldBe(EligibilityAnswer.Unknown);
    }
}
