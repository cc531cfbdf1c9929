namespace Seckill.LoadTests.PushFanout;

/// <summary>What a client says after its WebSocket stands.</summary>
internal enum PushDialect
{
    /// <summary>Nothing.</summary>
    Raw,

    /// <summary>SignalR's handshake, and a ping now and then.</summary>
    SignalR,

    /// <summary>SignalR's handshake and <c>Resume</c>.</summary>
    Mailbox,
}
