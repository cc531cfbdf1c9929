using Seckill.LoadTests.Running;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Running;

public sealed class ThresholdTests
{
    private static readonly Dictionary<string, double> Figures = new() { ["accepted.p99Ms"] = 250 };

    [Theory]
    [InlineData("accepted.p99Ms<=250", true)]
    [InlineData("accepted.p99Ms <= 249.9", false)]
    [InlineData("accepted.p99Ms>=250", true)]
    [InlineData("accepted.p99Ms>=251", false)]
    public void Judges(string text, bool passed) => Threshold.Parse(text).Judge(Figures).Passed.ShouldBe(passed);

    [Theory]
    [InlineData("accepted.p99Ms")]
    [InlineData("<=5")]
    [InlineData("accepted.p99Ms<=fast")]
    public void Nonsense_IsRefusedWithAnExample(string text) =>
        Should.Throw<FormatException>(() => Threshold.Parse(text)).Message.ShouldContain("for example");

    [Fact]
    public void UnknownFigure_IsRefusedWithTheKnownOnes() =>
        Should.Throw<FormatException>(() => Threshold.Parse("nothing<=1").Judge(Figures)).Message.ShouldContain("accepted.p99Ms");
}
