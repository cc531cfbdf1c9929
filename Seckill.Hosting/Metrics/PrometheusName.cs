using System.Text;
using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Metrics;

/// <summary>What an instrument is called in Prometheus: dots become underscores, the unit and, for counters, <c>_total</c> become suffixes. ADR 27.</summary>
internal static class PrometheusName
{
    // These end the names of a histogram's parts, of counters and of info metrics, and of nothing else: 'dotnet.timer.count' is 'dotnet_timer'.
    private static readonly string[] Reserved = ["_count", "_sum", "_bucket", "_total", "_info", "_created"];

    // The runtime declares these two as counters, though its documentation, and their values, say that they go up and down.
    private static readonly string[] Levels = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"];

    public static string Of(Metric metric) => Of(metric.Name, metric.Unit, IsCounter(metric), IsHistogram(metric));

    public static bool IsCounter(Metric metric) => metric.MetricType is MetricType.LongSum or MetricType.DoubleSum && !IsLevel(metric.Name);

    public static bool IsHistogram(Metric metric) => metric.MetricType is MetricType.Histogram;

    /// <summary>True for what calls itself a counter and is none.</summary>
    internal static bool IsLevel(string instrument) => Levels.Contains(instrument);

    internal static string Of(string instrument, string instrumentUnit, bool isCounter, bool isHistogram)
    {
        StringBuilder name = new(instrument.Length + 16);
        foreach (char letter in instrument)
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        string? unit = instrumentUnit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" when !isCounter && !isHistogram => "_ratio",
            _ => null, // Annotations such as {grab} say what is counted; the name does so already.
        };
        TakeOff(name);
        if (unit is not null && !EndsWith(name, unit))
        {
            name.Append(unit);
        }

        return isCounter ? name.Append("_total").ToString() : name.ToString();
    }

    private static void TakeOff(StringBuilder name)
    {
        if (Array.Find(Reserved, suffix => EndsWith(name, suffix)) is { } reserved)
        {
            name.Length -= reserved.Length;
        }
    }

    private static bool EndsWith(StringBuilder name, string suffix)
    {
        if (name.Length <= suffix.Length)
        {
            return false;
        }

        for (int i = 0; i < suffix.Length; i++)
        {
            if (name[name.Length - suffix.Length + i] != suffix[i])
            {
                return false;
            }
        }

        return true;
    }
}
