namespace Seckill.Chaos.Windows;

/// <summary><c>chaos --full</c>: the windows' tests at the figures of the design, which are too long for every build.</summary>
internal static class FullRun
{
    /// <returns>0 when every window held.</returns>
    public static async Task<int> RunAsync(string[] names, CancellationToken stop)
    {
        int broken = 0;
        foreach ((string window, Type test) in WindowClasses.Named(names))
        {
            stop.ThrowIfCancellationRequested();
            WindowOutcome outcome = await WindowProcess.RunAsync(test, planted: null, isFull: true);
            bool held = outcome is { Tests: > 0, Failed: 0 };
            broken += held ? 0 : 1;
            Console.WriteLine($"{(held ? "✓" : "✗")} {window}{(held ? string.Empty : $": {outcome.Reason} ({outcome.Log})")}");
            foreach (string line in outcome.Lines)
            {
                Console.WriteLine($"    {line}");
            }
        }

        return broken == 0 ? 0 : 1;
    }
}
