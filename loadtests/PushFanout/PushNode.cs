using System.Net;
using Seckill.Core.Push;
using Seckill.Local.Stack;

namespace Seckill.LoadTests.PushFanout;

/// <summary>A server that clients connect to.</summary>
/// <param name="Name">As in figures: ours, stock, raw.</param>
/// <param name="Process">The process.</param>
/// <param name="Path">Where its WebSockets are.</param>
/// <param name="Dialect">What its clients say.</param>
/// <param name="Channels">Where it hears what to send.</param>
internal sealed record PushNode(string Name, ServiceProcess Process, string Path, PushDialect Dialect, BackplaneChannels Channels) : IAsyncDisposable
{
    public IPEndPoint Endpoint => new(IPAddress.Loopback, Process.Port);

    public ProcessUsage Usage => ProcessUsage.Read(Process.Pid);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
