using Seckill.Core.Ids;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>The Redis keys of one user's mailbox. They share the hash tag <c>{userId}</c>, hence one cluster slot and one atomic script.</summary>
/// <param name="User">Whose mailbox.</param>
public readonly record struct MailboxKeys(UserId User)
{
    /// <summary>
    /// hash: <c>epoch</c> (random, one per life of the mailbox), <c>seq</c> (last assigned), <c>acked</c> (the highest that anyone confirmed), <c>devices</c> (what each device
    /// confirmed) and <c>times</c> (of the last confirmations), see <c>mailbox-ack.lua</c>, <c>book</c> (counts, bytes, expiries; see <c>mailbox-append.lua</c>),
    /// the messages <c>m:{seq}</c>, and the message ids of two idempotency windows, <c>a:{id}</c> and <c>b:{id}</c> -> seq. One key: a fresh mailbox costs one allocation of a key and
    /// one write, where a stream beside a hash cost twice as much.
    /// </summary>
    public RedisKey Mailbox => $"{{{User}}}:mailbox";

    /// <summary>hash: hub node -> end of its lease in ms. The nodes where the user is connected; a dead node's lease runs out, or an appender that finds nobody listening takes it out.</summary>
    public RedisKey Nodes => $"{{{User}}}:mailbox:nodes";

    /// <summary>hash: hub node -> <see cref="NodeSessions"/> as JSON. Apart from the leases, which every append reads. A field counts only while the node's lease stands; expires with the leases.</summary>
    public RedisKey Sessions => $"{{{User}}}:mailbox:sessions";
}
