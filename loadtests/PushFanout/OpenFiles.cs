using System.Diagnostics;
using System.Globalization;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.PushFanout;

/// <summary>The number of files and sockets that this process and those it starts may hold.</summary>
internal static class OpenFiles
{
    /// <summary>Sees to it that a crowd can be connected, raising the limit where that is allowed (root).</summary>
    /// <exception cref="TargetException">It cannot; the message says what to do.</exception>
    public static void Require(int sockets)
    {
        // Beside the crowd: assemblies, logs, Redis, and whatever the runtime opens.
        int needed = sockets + 1_000;
        if (Limit() < needed)
        {
            using Process? raise = Process.Start(new ProcessStartInfo("prlimit", [$"--pid={Environment.ProcessId}", $"--nofile={needed}:{needed}"]) { RedirectStandardError = true, UseShellExecute = false });
            raise?.WaitForExit();
        }

        if (Limit() is var limit && limit < needed)
        {
            throw new TargetException($"{sockets:N0} connections need {needed:N0} open files, {limit:N0} are allowed: run 'ulimit -n {needed}' first (as root, or after raising the hard limit), or ask for fewer with --connections.");
        }
    }

    // "Max open files   1024   524288   files"; .NET has raised the soft limit to the hard one.
    private static long Limit()
    {
        string line = File.ReadLines("/proc/self/limits").First(text => text.StartsWith("Max open files", StringComparison.Ordinal));
        string soft = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return soft == "unlimited" ? long.MaxValue : long.Parse(soft, CultureInfo.InvariantCulture);
    }
}
