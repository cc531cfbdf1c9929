using System.Globalization;

namespace Seckill.LoadTests.PushFanout;

/// <summary>What the kernel says a process has used.</summary>
/// <param name="Cpu">User and system time of all its threads, those that have ended included; in steps of 10 ms.</param>
/// <param name="RssBytes">Memory that it holds now.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long RssBytes)
{
    // USER_HZ: fixed for every architecture that .NET runs on.
    private const long TicksPerSecond = 100;

    /// <summary>Reads <c>/proc/PID/stat</c> and <c>/proc/PID/status</c>.</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public static ProcessUsage Read(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        // The name in brackets may hold anything; the fields after it begin with the third.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        string rss = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        long kibibytes = long.Parse(rss.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture);
        return new ProcessUsage(TimeSpan.FromSeconds((double)ticks / TicksPerSecond), kibibytes * 1024);
    }
}
