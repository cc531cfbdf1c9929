using System.Diagnostics;
using Shouldly;

namespace Push.Hub.Tests.Support;

/// <summary>Polls with a deadline, where a sleep would guess.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // What is asked has deadlines of its own; one that has none must fail its own test, not the run.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await condition().WaitAsync(AnswerLimit))
        {
            watch.Elapsed.ShouldBeLessThan(Deadline, what);
            await Task.Delay(20);
        }
    }
}
