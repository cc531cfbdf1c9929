using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Integration.Metrics;

/// <summary>What one instrument of ours measures while this lives. Instruments belong to the whole process, in which other tests run.</summary>
internal sealed class Measurements : IDisposable
{
    private static readonly AsyncLocal<Measurements?> Flow = new();

    private readonly Lock _gate = new();
    private readonly List<(double Value, Dictionary<string, object?> Tags)> _measured = [];
    private readonly MeterListener _listener = new();
    private readonly bool _onlyOwn;

    /// <param name="instrument">Its name.</param>
    /// <param name="onlyOwn">True for what the caller's own calls measure, false where tags tell them from others.</param>
    public Measurements(string instrument, bool onlyOwn = false)
    {
        Flow.Value = this;
        _onlyOwn = onlyOwn;
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

    /// <summary>Sum of what has all of these tags.</summary>
    public double Sum(params (string Key, string Value)[] tags)
    {
        lock (_gate)
        {
            return _measured.Where(one => Array.TrueForAll(tags, tag => Equals(one.Tags.GetValueOrDefault(tag.Key), tag.Value))).Sum(one => one.Value);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Note(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_onlyOwn && Flow.Value != this)
        {
            return;
        }

        lock (_gate)
        {
            _measured.Add((value, new Dictionary<string, object?>(tags.ToArray())));
        }
    }
}
