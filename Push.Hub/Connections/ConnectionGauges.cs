using System.Diagnostics.Metrics;
using Push.Hub.Backplane;
using Push.Hub.Hubs;
using Seckill.Core.Diagnostics;

namespace Push.Hub.Connections;

/// <summary>The node's gauges, read when somebody asks for the metrics and by nobody else: sending a message costs nothing for them.</summary>
/// <remarks>A meter of the node's own, under the engine's name: it goes with the node, where a gauge of the shared meter would hold a stopped node for as long as the process lives.</remarks>
internal sealed class ConnectionGauges : IHostedService, IDisposable
{
    private readonly Meter _meter = new(SeckillMeter.Name);
    private readonly LocalConnections<PushHub> _connections;

    public ConnectionGauges(ConnectionGate gate, LocalConnections<PushHub> connections)
    {
        _connections = connections;
        _meter.CreateObservableGauge("seckill.push.connections_held", () => gate.Count, "{connection}", "Connections that have a place, those in their handshake included.");
        _meter.CreateObservableGauge("seckill.push.connections_peak", () => gate.Peak, "{connection}", "The most connections at a time since the node began.");
        _meter.CreateObservableGauge("seckill.push.turns_tracked", () => gate.CountedTurns, "{entry}", "Users and addresses in the tables of turns, those of past windows included until their places are needed.");
        _meter.CreateObservableGauge("seckill.push.queue_bytes", QueuedBytes, "By", "Bytes that wait for the sockets of all connections.");
    }

    /// <summary>Over all connections; one look at each.</summary>
    public long QueuedBytes() => _connections.All.Sum(one => one.Value.QueuedBytes);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();
}
