using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Push.Hub.Tests.Support;

/// <summary>Collects what one instrument of this process measures while the reader lives.</summary>
public sealed class MeterReader : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(double Value, Dictionary<string, object?> Tags)> _measured = [];
    private readonly MeterListener _listener = new();

    public MeterReader(string instrument)
    {
        _listener.InstrumentPublished = (one, listener) =>
        {
            if (one.Meter.Name == SeckillMeter.Name && one.Name == instrument)
            {
                listener.EnableMeasurementEvents(one);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Note(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Note(value, tags));
        _listener.Start();
    }

    /// <summary>Measurements with all of these tags.</summary>
    public IReadOnlyList<double> Values(params (string Key, string Value)[] tags)
    {
        lock (_gate)
        {
            return [.. _measured.Where(one => Array.TrueForAll(tags, tag => Equals(one.Tags.GetValueOrDefault(tag.Key), tag.Value))).Select(one => one.Value)];
        }
    }

    public double Sum(params (string Key, string Value)[] tags) => Values(tags).Sum();

    public void Dispose() => _listener.Dispose();

    private void Note(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            _measured.Add((value, new Dictionary<string, object?>(tags.ToArray())));
        }
    }
}
