using System.Globalization;
using Seckill.Chaos.Windows;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Schedule;

/// <summary>The short form of <c>./seckill chaos</c>: random faults under a crowd, and an audit.</summary>
public sealed class ShortRunTests
{
    private const int Seed = 20261121;

    /// <summary>Goal: I1 to I6 after faults that nobody chose by hand. Method: a plan drawn from a fixed seed (another one with <c>SECKILL_SEED</c>), a crowd, and the auditor once all is quiet.</summary>
    [Fact]
    public async Task RandomFaultsUnderACrowd_NoPromiseIsBroken()
    {
        int seed = Environment.GetEnvironmentVariable("SECKILL_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Seed;
        FaultPlan plan = FaultPlan.Draw(seed, TimeSpan.FromSeconds(Scale.Of(usual: 60, full: 180)), faultsPerMinute: 15, FaultCatalogue.All);
        Console.WriteLine($"chaos seed {seed}: {plan.Steps.Count} faults ({string.Join(", ", plan.Steps.Select(step => step.Kind.Name))})");

        ChaosRunResult result = await new ChaosRun(plan, arrivalsPerSecond: 40, Console.WriteLine).RunAsync(TestContext.Current.CancellationToken);

        Console.WriteLine($"chaos seed {seed}: {result.Struck.Count} faults struck, {result.Log.Answers.Count} answers, {result.Audit.Orders.Count()} orders, {result.Audit.Violations.Count} violations");
        result.Audit.MustBeClean();
        result.Struck.Count.ShouldBe(plan.Steps.Count);
        result.Log.Won.ShouldBeGreaterThan(0);
    }
}
