using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Metrics;

/// <summary>Writes OpenTelemetry metrics in Prometheus' text format 0.0.4. Names and labels keep to letters, digits and underscores, which every version reads alike: ADR 27.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes a family: what has one name, its head once.</summary>
    public static void Write(StringBuilder text, string name, IReadOnlyList<Metric> family)
    {
        Metric first = family[0];
        bool isHistogram = PrometheusName.IsHistogram(first);
        string help = first.Description.Length > 0 ? first.Description : first.Name;
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(isHistogram ? "histogram" : PrometheusName.IsCounter(first) ? "counter" : "gauge").Append('\n');
        foreach (Metric metric in family.Where(one => one.MetricType == first.MetricType))
        {
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
            {
                if (isHistogram)
                {
                    WriteHistogram(text, name, point);
                }
                else
                {
                    Sample(text, name, suffix: null, point, bound: null, ValueOf(metric.MetricType, point));
                }
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, in MetricPoint point)
    {
        long seen = 0;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            seen += bucket.BucketCount;
            Sample(text, name, "_bucket", point, bucket.ExplicitBound, seen);
        }

        Sample(text, name, "_sum", point, bound: null, point.GetHistogramSum());
        // The buckets' own sum: a count that was read a moment later would contradict them.
        Sample(text, name, "_count", point, bound: null, seen);
    }

    private static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static void Sample(StringBuilder text, string name, string? suffix, in MetricPoint point, double? bound, double value)
    {
        text.Append(name).Append(suffix);
        char separator = '{';
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            text.Append(separator);
            AppendLabel(text, tag.Key);
            text.Append("=\"");
            AppendEscaped(text, tag.Value switch
            {
                bool yes => yes ? "true" : "false",
                var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? string.Empty,
            });
            text.Append('"');
            separator = ',';
        }

        if (bound is { } upper)
        {
            text.Append(separator).Append("le=\"");
            AppendNumber(text, upper);
            text.Append('"');
            separator = ',';
        }

        text.Append(separator == ',' ? "} " : " ");
        AppendNumber(text, value);
        text.Append('\n');
    }

    private static void AppendLabel(StringBuilder text, string key)
    {
        foreach (char letter in key)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }
    }

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (char letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(letter),
            };
        }
    }

    private static void AppendNumber(StringBuilder text, double value)
    {
        if (double.IsInfinity(value))
        {
            text.Append(value > 0 ? "+Inf" : "-Inf");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{value:R}");
        }
    }
}
