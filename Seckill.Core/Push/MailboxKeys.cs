using Seckill.Core.Ids;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>The Redis keys of one user's mailbox. They share the hash tag <c>{userId}</c>, hence one cluster slot and one atomic script.</summary>
/// <param name="User">Whose mailbox.</param>
public readonly record struct MailboxKeys(UserId User)
{
    /// <summary>hash: <c>epoch</c> (random, one per life of the mailbox), <c>seq</c> (last assigned), <c>acked</c>, <c>bytes</c>, <c>touched</c>, <c>rotated</c>. Outlives all the others.</summary>
    public RedisKey Meta => $"{{{User}}}:mailbox:meta";

    /// <summary>stream <c>{seq}-0</c> -> <c>x</c> expiresAtMs, <c>b</c> the envelope without its seq: messages of normal priority.</summary>
    public RedisKey Normal => $"{{{User}}}:mailbox:normal";

    /// <summary>The same for high priority: trimmed only when no normal message is left.</summary>
    public RedisKey High => $"{{{User}}}:mailbox:high";

    /// <summary>hash: message id -> seq, for messages of the current idempotency window.</summary>
    public RedisKey Ids => $"{{{User}}}:mailbox:ids";

    /// <summary>The same for the window before; the two change places once per window.</summary>
    public RedisKey OldIds => $"{{{User}}}:mailbox:ids:old";

    /// <summary>hash: hub node -> end of its lease in ms. The nodes where the user is connected; a dead node's lease runs out.</summary>
    public RedisKey Nodes => $"{{{User}}}:mailbox:nodes";
}
