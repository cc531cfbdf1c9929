using Seckill.LoadTests.Reporting;
using Seckill.LoadTests.Running;
using Seckill.LoadTests.Tests.Audit;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Reporting;

public sealed class RunFiguresTests
{
    [Fact]
    public void RunInWhichNothingHappened_HasTheSameFiguresAsAnyOther()
    {
        OpenModelRunner runner = new(new Scenario("test", [], [], MaxInFlight: 1), _ => 0, TimeProvider.System);
        RunFigures figures = RunFigures.Of(runner, Evidence.Flawless());
        figures.Figures.Keys.ShouldBe(RunFigures.OfNothing().Figures.Keys, ignoreOrder: true);
        figures["orders.count"].ShouldBe(3);
    }
}
