using Shouldly;

namespace Seckill.Integration.Grab;

/// <summary>Waits for what must come true, with a deadline.</summary>
internal static class Eventually
{
    // What is asked has deadlines of its own; one that has none must fail its own test, not the run.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (!await condition().WaitAsync(AnswerLimit))
        {
            deadline.IsCancellationRequested.ShouldBeFalse("It did not come true within 30 s.");
            await Task.Delay(20);
        }
    }
}
