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
        filter.Shape.FalsePositiveRateWith(Members).ShouldBeInRange(Target * 0.99, Target * 1.01);
    }

    /// <summary>A million ids in each run, made of the run's number, and filled in by as many builders as it says.</summary>
    [Fact]
    public void AnyMillionIds_InAnyNumberOfParts_WhatWasAddedIsFound() =>
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3), Prop.ForAll<int, ushort, byte>((run, seed, parts) =>
        {
            string[] members = [.. Enumerable.Range(0, 1_000_000).Select(i => $"{run}:{i * 31L}")];
            BloomFilter filter = BloomFilter.Build(members, BloomShape.For(members.Length, 0.001, seed), 1 + (parts % 4));
            return filter.Count == members.Length && members.All(member => filter.MightContain(member));
        }));

    [Fact]
    public void Union_IsTheSameFilterAsOneThatWasGivenAll()
    {
        string[] members = [.. Enumerable.Range(0, 1_000).Select(i => $"user-{i}")];
        BloomShape shape = BloomShape.For(members.Length, 0.01, seed: 7);

        BloomFilter whole = BloomFilter.Build(members, shape, parts: 1), united = BloomFilter.Build(members, shape, parts: 3);

        united.Bitmap.SequenceEqual(whole.Bitmap).ShouldBeTrue();
        united.Count.ShouldBe(1_000);
    }

    [Theory]
    [InlineData(128, 3, 1)]
    [InlineData(64, 4, 1)]
    [InlineData(64, 3, 2)]
    public void AFilterOfAnotherShape_IsNotTakenUp(long bits, int hashes, ulong seed)
    {
        BloomFilter filter = new(new BloomShape(64, 3, 1));
        filter.Add("member");

        Should.Throw<ArgumentException>(() => filter.UnionWith(new BloomFilter(new BloomShape(bits, hashes, seed))));

        filter.Count.ShouldBe(1);
        filter.MightContain("member").ShouldBeTrue();
    }

    [Fact]
    public void Seed_ChangesWhichStrangersPass()
    {
        BloomFilter one = new(BloomShape.For(100, 0.3, seed: 1)), other = new(BloomShape.For(100, 0.3, seed: 2));
        for (int i = 0; i < 100; i++)
        {
            one.Add($"user-{i}");
            other.Add($"user-{i}");
        }

        Enumerable.Range(100, 1_000).Count(i => one.MightContain($"user-{i}") != other.MightContain($"user-{i}")).ShouldBeGreaterThan(100);
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

        filter.Shape.Bits.ShouldBeInRange(9_586, 9_586 + 64);
        filter.Shape.Hashes.ShouldBe(7);
    }
}
