using System.Text;

namespace Seckill.Local.Telemetry;

/// <summary>Reads what an OTLP exporter posts. Field numbers are those of opentelemetry-proto 1.x, which are permanent.</summary>
internal static class OtlpMessages
{
    /// <summary>The spans of an <c>ExportTraceServiceRequest</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static List<ReceivedSpan> ReadSpans(ReadOnlySpan<byte> request)
    {
        List<ReceivedSpan> spans = [];
        ProtoReader resources = new(request);
        while (resources.Read())
        {
            string service = string.Empty;
            ProtoReader resource = new(resources.Bytes);
            while (resource.Read())
            {
                if (resource.Field == 1)
                {
                    service = ReadTags(resource.Bytes, field: 1).GetValueOrDefault("service.name", string.Empty);
                }
                else if (resource.Field == 2)
                {
                    ProtoReader scope = new(resource.Bytes);
                    while (scope.Read())
                    {
                        if (scope.Field == 2)
                        {
                            spans.Add(ReadSpan(scope.Bytes, service));
                        }
                    }
                }
            }
        }

        return spans;
    }

    /// <summary>The names of the metrics of an <c>ExportMetricsServiceRequest</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static List<string> ReadMetricNames(ReadOnlySpan<byte> request)
    {
        List<string> names = [];
        ProtoReader resources = new(request);
        while (resources.Read())
        {
            ProtoReader resource = new(resources.Bytes);
            while (resource.Read())
            {
                ProtoReader scope = new(resource.Field == 2 ? resource.Bytes : default);
                while (scope.Read())
                {
                    ProtoReader metric = new(scope.Field == 2 ? scope.Bytes : default);
                    while (metric.Read())
                    {
                        if (metric.Field == 1)
                        {
                            names.Add(Encoding.UTF8.GetString(metric.Bytes));
                        }
                    }
                }
            }
        }

        return names;
    }

    private static ReceivedSpan ReadSpan(ReadOnlySpan<byte> message, string service)
    {
        string traceId = string.Empty, spanId = string.Empty, parentId = string.Empty, name = string.Empty;
        ulong startedAt = 0, endedAt = 0;
        ProtoReader span = new(message);
        while (span.Read())
        {
            switch (span.Field)
            {
                case 1:
                    traceId = Convert.ToHexStringLower(span.Bytes);
                    break;
                case 2:
                    spanId = Convert.ToHexStringLower(span.Bytes);
                    break;
                case 4:
                    parentId = Convert.ToHexStringLower(span.Bytes);
                    break;
                case 5:
                    name = Encoding.UTF8.GetString(span.Bytes);
                    break;
                case 7:
                    startedAt = span.Number;
                    break;
                case 8:
                    endedAt = span.Number;
                    break;
            }
        }

        return new ReceivedSpan(service, traceId, spanId, parentId, name, startedAt, endedAt, ReadTags(message, field: 9));
    }

    // Attributes are a message's repeated field of KeyValue { key = 1, value = 2 { string = 1, bool = 2, int = 3 } }; other kinds of value read as nothing.
    private static Dictionary<string, string> ReadTags(ReadOnlySpan<byte> message, int field)
    {
        Dictionary<string, string> tags = [];
        ProtoReader owner = new(message);
        while (owner.Read())
        {
            if (owner.Field != field)
            {
                continue;
            }

            string key = string.Empty, text = string.Empty;
            ProtoReader pair = new(owner.Bytes);
            while (pair.Read())
            {
                if (pair.Field == 1)
                {
                    key = Encoding.UTF8.GetString(pair.Bytes);
                    continue;
                }

                ProtoReader value = new(pair.Bytes);
                while (value.Read())
                {
                    text = value.Field == 1 ? Encoding.UTF8.GetString(value.Bytes) : value.Field is 2 or 3 ? ((long)value.Number).ToString(System.Globalization.CultureInfo.InvariantCulture) : string.Empty;
                }
            }

            tags[key] = text;
        }

        return tags;
    }
}
