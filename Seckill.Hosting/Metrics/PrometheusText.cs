using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Metrics;

/// <summary>Writes OpenTelemetry metrics in Prometheus' text format 0.0.4: dots become underscores, units and <c>_total</c> become suffixes.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(StringBuilder text, Metric metric)
    {
        string name = NameOf(metric);
        string type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram or MetricType.ExponentialHistogram => "histogram",
            _ => "gauge",
        };
        if (metric.Description.Length > 0)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            if (type == "histogram")
            {
                WriteHistogram(text, name, point);
            }
            else
            {
                Sample(text, name, point, extra: null, ValueOf(metric.MetricType, point));
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, in MetricPoint point)
    {
        long seen = 0;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            seen += bucket.BucketCount;
            string bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
            Sample(text, name + "_bucket", point, $"le=\"{bound}\"", seen);
        }

        Sample(text, name + "_sum", point, extra: null, point.GetHistogramSum());
        Sample(text, name + "_count", point, extra: null, point.GetHistogramCount());
    }

    private static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static void Sample(StringBuilder text, string name, in MetricPoint point, string? extra, double value)
    {
        text.Append(name);
        char separator = '{';
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            string label = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? string.Empty;
            text.Append(separator).Append(Safe(tag.Key)).Append("=\"")
                .Append(label.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
            separator = ',';
        }

        if (extra is not null)
        {
            text.Append(separator).Append(extra);
            separator = ',';
        }

        text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string NameOf(Metric metric)
    {
        StringBuilder name = new(Safe(metric.Name));
        string? unit = metric.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" => "ratio",
            _ => null, // Annotations such as {grab} say what is counted; the name does so already.
        };
        if (unit is not null && !metric.Name.EndsWith(unit, StringComparison.Ordinal))
        {
            name.Append('_').Append(unit);
        }

        if (metric.MetricType is MetricType.LongSum or MetricType.DoubleSum && !metric.Name.EndsWith("total", StringComparison.Ordinal))
        {
            name.Append("_total");
        }

        return name.ToString();
    }

    private static string Safe(string name) => string.Create(name.Length, name, static (span, source) =>
    {
        for (int i = 0; i < source.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
        }
    });

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
