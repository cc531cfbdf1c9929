using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Grab;

/// <summary>What a node can testify to: the latest winners, bounded by number and by age, read from any place.</summary>
public sealed class WitnessListTests
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(100)]
    public void KeepsTheLatest_InOrder_AndReadsAfterAnyPlace(int bound)
    {
        WitnessList list = new(bound);
        List<WitnessedWinner> all = [];
        for (int i = 1; i <= 250; i++)
        {
            all.Add(Winner(i, T0));
            list.Add(all[^1]);

            list.Added.ShouldBe(i);
            list.Count.ShouldBe(Math.Min(i, bound));
            foreach (long place in (long[])[0, i - (bound / 2), i - 1, i, i + 5])
            {
                list.After(place).ShouldBe(all.Skip((int)Math.Max(place, i - bound)));
            }
        }
    }

    [Fact]
    public void WhoIsOlderThanItKeeps_Leaves_WithTheNextWinner()
    {
        WitnessList list = new(100);
        list.Add(Winner(1, T0));
        list.Add(Winner(2, T0.AddSeconds(30)));

        list.Add(Winner(3, T0 + WitnessList.KeepFor + TimeSpan.FromSeconds(1)));

        list.After(0).Select(winner => winner.Order.Value).ShouldBe([2L, 3L]);
        list.After(2).Select(winner => winner.Order.Value).ShouldBe([3L]);
    }

    [Fact]
    public void WithoutRoom_NothingIsKept()
    {
        WitnessList list = new(0);

        list.Add(Winner(1, T0));

        list.Count.ShouldBe(0);
        list.After(0).ShouldBeEmpty();
    }

    private static WitnessedWinner Winner(int order, DateTimeOffset at) => new(new UserId($"user-{order}"), new OrderId(order), Epoch: 1, Version: order, at);
}
