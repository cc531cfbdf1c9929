namespace Seckill.Core.Push.Messages;

/// <summary>To whom messages of a type may go.</summary>
[Flags]
public enum PushAudience
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>One user: stored in his mailbox.</summary>
    User = 1,

    /// <summary>Everyone who watches a sale just now.</summary>
    Watchers = 2,

    /// <summary>Everyone who is connected just now.</summary>
    All = 4,

    /// <summary>One connection of the hub's, told by the hub itself.</summary>
    Connection = 8,
}
