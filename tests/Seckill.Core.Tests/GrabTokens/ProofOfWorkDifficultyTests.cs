using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Seckill.Core.Admission;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.GrabTokens;

/// <summary>Goal: the work rises with refusals, falls with their end, and never leaves its bounds. Method: grabs told to the rates one by one, and a clock that moves when told to.</summary>
public sealed class ProofOfWorkDifficultyTests
{
    private const int OwnBits = 8;

    private readonly ManualTime _time = new();
    private readonly RefusalRates _rates;
    private readonly ProofOfWorkDifficulty _difficulty;

    public ProofOfWorkDifficultyTests()
    {
        IOptions<GrabTokenOptions> options = Options.Create(new GrabTokenOptions());
        _rates = new RefusalRates(options, _time);
        _difficulty = new ProofOfWorkDifficulty(_rates, options);
    }

    [Fact]
    public void NobodyRefused_TheSalesOwnBits()
    {
        Sale sale = SaleOf(OwnBits);
        _difficulty.BitsOf(sale).ShouldBe(OwnBits);

        Observe(sale, passed: 10_000, refused: 0);

        _difficulty.BitsOf(sale).ShouldBe(OwnBits);
    }

    [Theory]
    [InlineData(95, 5, 0)]
    [InlineData(85, 15, 1)]
    [InlineData(45, 55, 5)]
    [InlineData(5, 95, 9)]
    public void EachStepOfTheShare_IsABit(int passed, int refused, int more)
    {
        Sale sale = SaleOf(OwnBits);

        Observe(sale, passed * 1_000, refused * 1_000);

        _difficulty.BitsOf(sale).ShouldBe(OwnBits + more);
    }

    [Fact]
    public void OneRefusalOfOneGrab_IsNoCrowd()
    {
        Sale sale = SaleOf(OwnBits);

        Observe(sale, passed: 0, refused: 1);

        _difficulty.BitsOf(sale).ShouldBe(OwnBits);
    }

    [Fact]
    public void RefusalsEnd_ItFallsBitByBit_AlsoWhenNobodyComesAnyMore()
    {
        Sale sale = SaleOf(OwnBits);
        Observe(sale, passed: 0, refused: 100_000);
        int last = _difficulty.BitsOf(sale);
        last.ShouldBe(OwnBits + 9);

        for (int i = 0; i < 600; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            int now = _difficulty.BitsOf(sale);
            now.ShouldBeLessThanOrEqualTo(last);
            now.ShouldBeGreaterThanOrEqualTo(OwnBits);
            last = now;
        }

        last.ShouldBe(OwnBits);
    }

    [Fact]
    public void GrabsThatPass_BringItDownSooner()
    {
        Sale sale = SaleOf(OwnBits);
        Observe(sale, passed: 0, refused: 10_000);

        _time.Advance(TimeSpan.FromSeconds(5));
        Observe(sale, passed: 95_000, refused: 0);

        _difficulty.BitsOf(sale).ShouldBe(OwnBits, "5,000 refusals are left of 10,000, beside 95,000 that passed");
    }

    [Fact]
    public void UsersWhoAreTooFast_MakeNobodyElseWork()
    {
        Sale sale = SaleOf(OwnBits);
        for (int i = 0; i < 10_000; i++)
        {
            _rates.Observe(sale, AdmissionLimiter.User);
        }

        _difficulty.BitsOf(sale).ShouldBe(OwnBits);
    }

    [Fact]
    public void SaleWithoutWork_StaysWithout()
    {
        Sale sale = SaleOf(0);

        Observe(sale, passed: 0, refused: 10_000);

        _difficulty.BitsOf(sale).ShouldBe(0);
    }

    [Fact]
    public void OneSalesCrowd_IsNotAnothers_AndAForgottenSaleBeginsAnew()
    {
        (Sale busy, Sale quiet) = (SaleOf(OwnBits, id: 1), SaleOf(OwnBits, id: 2));
        Observe(busy, passed: 0, refused: 10_000);

        _difficulty.BitsOf(quiet).ShouldBe(OwnBits);
        _rates.Forget(sale => sale == quiet.Id);
        _difficulty.BitsOf(busy).ShouldBe(OwnBits);
    }

    [Fact]
    public void WhateverHappens_ItStaysWithinItsBounds() => Check.QuickThrowOnFailure(Prop.ForAll<PositiveInt, NonNegativeInt[], NonNegativeInt[]>((own, passed, refused) =>
    {
        ProofOfWorkDifficultyTests test = new();
        Sale sale = SaleOf(1 + (own.Get % SaleAdmission.MaxProofOfWorkBits));
        return passed.Zip(refused).All(grabs =>
        {
            test.Observe(sale, grabs.First.Get, grabs.Second.Get);
            int bits = test._difficulty.BitsOf(sale);
            test._time.Advance(TimeSpan.FromMilliseconds(grabs.First.Get * 7));
            return bits >= sale.Admission.ProofOfWorkBits && bits <= SaleAdmission.MaxProofOfWorkBits;
        });
    }));

    private static Sale SaleOf(int bits, long id = 1)
    {
        DateTimeOffset now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        return new Sale(new SaleId(id), "Sale", new SaleWindow(now, now.AddHours(1)), SaleState.Scheduled, false, 1, now, [new SaleItem(new SkuId("phone"), "Phone", 1, 1, 1)])
        {
            Admission = new SaleAdmission { GrabToken = GrabTokenMode.Required, ProofOfWorkBits = bits },
        };
    }

    private void Observe(Sale sale, int passed, int refused)
    {
        for (int i = 0; i < passed; i++)
        {
            _rates.Observe(sale, AdmissionLimiter.None);
        }

        for (int i = 0; i < refused; i++)
        {
            _rates.Observe(sale, AdmissionLimiter.Node);
        }
    }
}
