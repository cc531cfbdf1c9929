using Seckill.Client.Connections;

namespace Seckill.Client.Push;

/// <summary>How a <see cref="PushClient"/> connects.</summary>
public sealed record PushClientOptions
{
    /// <summary>The hub, for example <c>http://127.0.0.1:5081/hubs/push</c>.</summary>
    public required Uri Hub { get; init; }

    /// <summary>Gives a bearer token for each connection attempt.</summary>
    public required Func<CancellationToken, ValueTask<string>> AccessToken { get; init; }

    /// <summary>Where the token goes.</summary>
    public TokenPlacement TokenPlacement { get; init; } = TokenPlacement.Header;

    /// <summary>This device, 1 to 64 letters, digits and <c>-_.@|+</c>; null for none. The server then remembers what it has confirmed.</summary>
    public string? Device { get; init; }

    /// <summary>Where to continue; default: after what <see cref="Device"/> has confirmed, or from the oldest message kept.</summary>
    public PushPosition Position { get; init; } = PushPosition.Start;

    /// <summary>First pause before reconnecting; doubles up to <see cref="MaxBackoff"/>, and each pause is drawn between 0 and that (full jitter).</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest pause before reconnecting.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Events that wait for <see cref="PushClient.ReadAllAsync"/>. When full the socket is not read any more, and the server cuts it off in the end; the client resumes.</summary>
    public int MaxWaitingEvents { get; init; } = 1_024;

    /// <summary>Ids remembered to drop a message that came ahead of its turn, or comes again under a new epoch. At least as many as a mailbox keeps.</summary>
    public int RememberedIds { get; init; } = 1_024;

    /// <summary>Silence after which the server counts as gone.</summary>
    public TimeSpan ServerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Clock of the pauses.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
