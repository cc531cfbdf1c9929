using FsCheck.Fluent;
using Seckill.Core.Admission;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

public sealed class BloomFilterTests
{
    [Fact]
    public void AMillionMembers_NoFalseNegative_FalsePositivesWithinATenthOfTheTarget()
    {
        const int Members = 1_000_000;
        const double Target = 0.01;
        BloomFilter filter = new(Members, Target);
        for (int i = 0; i < Members; i++)
        {
            filter.Add($"user-{i}");
        }

        for (int i = 0; i < Members; i++)
        {
            filter.MightContain($"user-{i}").ShouldBeTrue();
        }

        // 10,000 expected out of a million strangers; their standard deviation is 100.
        int passed = Enumerable.Range(Members, Members).Count(i => filter.MightContain($"user-{i}"));
        (passed / (double)Members).ShouldBeInRange(Target * 0.9, Target * 1.1);
    }

    [Fact]
    public void AnyTexts_WhatWasAddedIsFound() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<string[]>(texts =>
        {
            string[] members = [.. texts.Where(text => text is not null)];
            BloomFilter filter = new(Math.Max(1, members.Length), 0.01);
            foreach (string member in members)
            {
                filter.Add(member);
            }

            return members.All(member => filter.MightContain(member));
        }));

    [Fact]
    public void Empty_ContainsNothing() => new BloomFilter(1, 0.5).MightContain("anything").ShouldBeFalse();

    [Theory]
    [InlineData(0, 0.01)]
    [InlineData(-1, 0.01)]
    [InlineData(10, 0)]
    [InlineData(10, 1)]
    [InlineData(long.MaxValue, 0.01)]
    public void ImpossibleSizes_AreArgumentErrors(long items, double rate) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new BloomFilter(items, rate));

    [Fact]
    public void Size_FollowsTheFormulas()
    {
        BloomFilter filter = new(1_000, 0.01);

        filter.Bits.ShouldBeInRange(9_586, 9_586 + 64);
        filter.Hashes.ShouldBe(7);
    }
}
