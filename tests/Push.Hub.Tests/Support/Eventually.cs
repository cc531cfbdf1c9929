using System.Diagnostics;
using Shouldly;

namespace Push.Hub.Tests.Support;

/// <summary>Polls with a deadline, where a sleep would guess.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(Deadline, what);
            await Task.Delay(20);
        }
    }
}
