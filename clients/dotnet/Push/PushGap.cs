namespace Seckill.Client.Push;

/// <summary>Messages may have been missed: read the state by HTTP. Comes before the messages that follow the gap.</summary>
/// <param name="EpochChanged">The mailbox began a new life.</param>
/// <param name="Truncated">Messages were dropped before they could be delivered.</param>
public sealed record PushGap(bool EpochChanged, bool Truncated) : PushEvent;
