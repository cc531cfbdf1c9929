namespace Seckill.Core.Push;

/// <summary>What became of a confirmation. The values are those of <c>mailbox-ack.lua</c>.</summary>
public enum MailboxAck
{
    /// <summary>The confirmed position rose.</summary>
    Raised = 1,

    /// <summary>Not above what was confirmed before; nothing changed.</summary>
    AlreadyAcked = 0,

    /// <summary>The position belongs to another life of the mailbox; nothing changed.</summary>
    OtherEpoch = -1,

    /// <summary>Ahead of the last message; nothing changed.</summary>
    AheadOfHead = -2,
}
