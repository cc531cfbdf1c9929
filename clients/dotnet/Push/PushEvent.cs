namespace Seckill.Client.Push;

/// <summary>What a <see cref="PushClient"/> tells: a <see cref="PushMessage"/> or a <see cref="PushGap"/>.</summary>
public abstract record PushEvent;
