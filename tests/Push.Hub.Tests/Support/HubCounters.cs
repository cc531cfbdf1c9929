using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Push.Hub.Tests.Support;

/// <summary>What the engine's counters have counted since this was made, by name and the first tag's value.</summary>
public sealed class HubCounters : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string? Tag), long> _sums = new();
    private readonly MeterListener _listener = new();

    public HubCounters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SeckillMeter.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum so far; 0 when nothing was counted.</summary>
    public long this[string name, string? tag = null] => _sums.GetValueOrDefault((name, tag));

    /// <summary>What a gauge says now.</summary>
    public long Gauge(string name)
    {
        _sums.TryRemove((name, null), out _);
        _listener.RecordObservableInstruments();
        return this[name];
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _sums.AddOrUpdate((instrument.Name, tags.IsEmpty ? null : tags[0].Value?.ToString()), value, (_, sum) => sum + value);
}
