using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections;
using Seckill.Core.Admission;
using Seckill.Core.Push;

namespace Push.Hub.Connections;

/// <summary>One connection's place among those that a node takes, and what is known of whoever has it. Its state belongs to <see cref="ConnectionGate"/>.</summary>
internal sealed class ConnectionSlot(string user, ClientAddress address, DeviceId device, DateTimeOffset since)
{
    public string User => user;

    public ClientAddress Address => address;

    /// <summary>What the client calls its device; the default when it does not say.</summary>
    public DeviceId Device => device;

    public DateTimeOffset Since => since;

    /// <summary>Known once the connection runs.</summary>
    public HttpTransportType Transport { get; set; }

    /// <summary>The token under which a negotiated connection is known to its client; null for one without negotiation.</summary>
    public string? ConnectionToken { get; set; }

    /// <summary>Its socket, once SignalR has accepted one.</summary>
    public WebSocket? Socket { get; set; }

    /// <summary>Completes when the connection's handler has begun. Long polling begins it behind the first request's back.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Guarded by the gate's lock.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Why the client was cut off by SignalR itself, when it was.</summary>
    public Exception? Fault { get; set; }
}
