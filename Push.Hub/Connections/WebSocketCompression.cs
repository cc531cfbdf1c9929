namespace Push.Hub.Connections;

/// <summary>How what is sent over WebSockets is compressed, where the client offers it (permessage-deflate, RFC 7692; browsers do).</summary>
public enum WebSocketCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Each message by itself: no memory between messages, and little to gain on short ones.</summary>
    PerMessage,

    /// <summary>Each message with what was sent before in mind: the short and alike messages of a sale shrink most, and each connection that was sent anything keeps its compressor.</summary>
    PerConnection,
}
