using Seckill.LoadTests.PushFanout;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

public sealed class TallyTests
{
    [Fact]
    public async Task Wait_EndsWithTheLastMessage_WhateverThreadsBringThem()
    {
        Tally tally = new();
        Task<bool> waiting = tally.WaitAsync(1_000, TimeSpan.FromSeconds(30));
        await Parallel.ForAsync(0, 1_000, (_, _) =>
        {
            tally.AddReceived(TimeSpan.FromMilliseconds(1));
            return ValueTask.CompletedTask;
        });

        (await waiting).ShouldBeTrue();
        tally.Latency.Count.ShouldBe(1_000);
    }

    [Fact]
    public async Task Wait_ForWhatNeverComes_SaysSo()
    {
        Tally tally = new();
        tally.AddReceived(TimeSpan.Zero);

        (await tally.WaitAsync(2, TimeSpan.FromMilliseconds(50))).ShouldBeFalse();
        (await tally.WaitAsync(1, TimeSpan.Zero)).ShouldBeTrue();
    }
}
