using Seckill.LoadTests.PushFanout;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

public sealed class NumberSetTests
{
    [Fact]
    public void NumberIsNewOnce_InWhateverOrder()
    {
        NumberSet set = new();
        foreach (long number in (long[])[1, 64, 63, 1_000, 2])
        {
            set.Add(number).ShouldBeTrue($"{number} is new");
            set.Add(number).ShouldBeFalse($"{number} was there");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(NumberSet.Max + 1)]
    public void NumberThatIsNeverSent_IsNotNew(long number) => new NumberSet().Add(number).ShouldBeFalse();
}
