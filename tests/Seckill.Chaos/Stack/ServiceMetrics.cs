using System.Globalization;
using Seckill.Local.Stack;

namespace Seckill.Chaos.Stack;

/// <summary>Reads <c>/metrics</c> of a running service.</summary>
internal static class ServiceMetrics
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The sum of all series of one metric; 0 when there is none yet.</summary>
    /// <param name="service">The process.</param>
    /// <param name="name">Its name in the text, for example <c>seckill_push_slow_consumers_total</c>.</param>
    /// <exception cref="HttpRequestException">The service does not answer.</exception>
    public static async Task<double> SumAsync(this ServiceProcess service, string name)
    {
        string text = await Http.GetStringAsync(new Uri(service.Url, "/metrics"));
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
            .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>Resident memory of the process, bytes.</summary>
    public static long ResidentBytes(this ServiceProcess service) =>
        long.Parse(File.ReadAllText($"/proc/{service.Pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
