namespace Seckill.Client.Push;

/// <summary>What a client keeps to continue where it was, also over a restart of its process.</summary>
/// <param name="Epoch">The mailbox's life; empty before the first message.</param>
/// <param name="Seq">Last sequence number received.</param>
public readonly record struct PushPosition(string Epoch, long Seq)
{
    /// <summary>For a client that has seen nothing: everything kept is delivered.</summary>
    public static readonly PushPosition Start = new(string.Empty, 0);
}
