namespace Seckill.Core.Push;

/// <summary>A place in a mailbox: everything up to <paramref name="Seq"/> of the life <paramref name="Epoch"/> has been seen.</summary>
/// <param name="Epoch">Which life of the mailbox; empty when none is known.</param>
/// <param name="Seq">Sequence number, 0 before the first message.</param>
public readonly record struct MailboxPosition(string Epoch, long Seq)
{
    // Null stands for none, so that default(MailboxPosition) is Start, also when the two are compared.
    private readonly string? _epoch = string.IsNullOrEmpty(Epoch) ? null : Epoch;

    /// <summary>Before the first message of whatever life comes.</summary>
    public static readonly MailboxPosition Start = new(string.Empty, 0);

    /// <summary>Which life of the mailbox; empty when none is known.</summary>
    public string Epoch
    {
        get => _epoch ?? string.Empty;
        init => _epoch = string.IsNullOrEmpty(value) ? null : value;
    }
}
