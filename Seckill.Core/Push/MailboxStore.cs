using System.Text.Json;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>
/// Users' mailboxes in Redis: a durable, ordered and bounded log per user. The mailbox is the truth of what a user was sent; publishing only wakes the hub
/// nodes where the user is connected.
/// </summary>
/// <remarks>
/// Thread-safe. Every call is one script. A user's keys share a hash tag, so all of it works on a cluster; an append to many users takes as many users to a
/// call as share a slot (all of them, on a server that is no cluster).
/// </remarks>
public sealed class MailboxStore(RedisConnection redis, IOptions<MailboxOptions> options, TimeProvider time)
{
    private static readonly RedisScript ReadScript = RedisScript.Load("mailbox-read.lua");
    private static readonly RedisScript VisitScript = RedisScript.Load("mailbox-visit.lua");
    private static readonly RedisScript LookScript = RedisScript.Load("mailbox-look.lua");
    private static readonly RedisScript AckScript = RedisScript.Load("mailbox-ack.lua");

    /// <summary>Confirmations of a user whose times are remembered: the last 8, of any device, in 320 bytes. Enough for the orders of a sale; whoever asks later than that hears that they are not known.</summary>
    public const int MaxTimes = 8;

    private readonly MailboxOptions _options = options.Value;

    /// <summary>Appends messages, each at most once by its <see cref="MailboxMessage.Id"/>, and wakes the users' hub nodes.</summary>
    /// <param name="messages">Any number, any users. Messages for one user keep their order.</param>
    /// <returns>One result per message, in the order given.</returns>
    /// <exception cref="ArgumentException">A message is not valid (see <see cref="PushEnvelope"/>); nothing was sent.</exception>
    /// <exception cref="RedisException">Some may have been written: append all again, with the same ids.</exception>
    /// <exception cref="TimeoutException">As for <see cref="RedisException"/>.</exception>
    public async Task<IReadOnlyList<MailboxAppendResult>> AppendAsync(IReadOnlyList<MailboxMessage> messages)
    {
        MailboxAppend append = new(redis, _options, messages, time.GetUtcNow());
        await append.RunAsync();
        return append.Results;
    }

    /// <summary>Reads a page after a position: at most <see cref="MailboxOptions.PageMessages"/> and <see cref="MailboxOptions.PageBytes"/>.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public Task<MailboxPage> ReadAsync(UserId user, MailboxPosition after) => ReadPageAsync(user, after, default, maxAhead: 0);

    /// <summary>Reads a page of a resume: as <see cref="ReadAsync"/>, and copies of the high messages behind the first normal one, within the bounds of a page as well.</summary>
    /// <param name="user">The user.</param>
    /// <param name="after">The position; <see cref="MailboxPosition.Start"/> is what the device has confirmed.</param>
    /// <param name="device">The device, if any.</param>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public Task<MailboxPage> ReadForResumeAsync(UserId user, MailboxPosition after, DeviceId device) => ReadPageAsync(user, after, device, _options.PageMessages);

    /// <summary>Puts users together who may share a call: at most <see cref="MailboxOptions.UsersPerCall"/>, and on a cluster only those of one slot.</summary>
    public IEnumerable<T[]> InCalls<T>(IEnumerable<T> items, Func<T, UserId> user) =>
        redis.BySlot(items, item => new MailboxKeys(user(item)).Mailbox).SelectMany(slot => slot.Chunk(_options.UsersPerCall));

    /// <summary>Where users' mailboxes stand, and whether appenders know that a node has those users: one call for all of them.</summary>
    /// <param name="users">Users who may share a call, see <see cref="InCalls"/>.</param>
    /// <param name="node">The hub node.</param>
    /// <returns>In the order given; null for a user whose keys are not what they should be.</returns>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<IReadOnlyList<MailboxVisit?>> LookAsync(IReadOnlyList<UserId> users, string node)
    {
        const int fieldsPerUser = 3;
        RedisKey[] keys = [.. users.Select(user => new MailboxKeys(user)).SelectMany(user => new[] { user.Mailbox, user.Nodes })];
        RedisResult[] fields = (RedisResult[])(await redis.RunAsync(db => LookScript.RunAsync(db, keys, [node])))!;
        MailboxVisit?[] visits = new MailboxVisit?[users.Count];
        for (int i = 0; i < visits.Length; i++)
        {
            long head = (long)fields[(fieldsPerUser * i) + 1];
            visits[i] = head < 0 ? null : new MailboxVisit(new MailboxPosition((string)fields[fieldsPerUser * i]!, head), (int)fields[(fieldsPerUser * i) + 2] == 1);
        }

        return visits;
    }

    /// <summary>Tells appenders that a node has the user, and operators which connections.</summary>
    /// <param name="user">The user.</param>
    /// <param name="node">The hub node.</param>
    /// <param name="lease">How long the node has the user from now, more than zero.</param>
    /// <param name="sessions">The user's connections there.</param>
    /// <returns>Where the user's mailbox stands.</returns>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<MailboxPosition> TakeLeaseAsync(UserId user, string node, TimeSpan lease, NodeSessions sessions)
    {
        MailboxKeys keys = new(user);
        string text = JsonSerializer.Serialize(sessions, PresenceJson.Default.NodeSessions);
        RedisResult reply = await redis.RunAsync(db => VisitScript.RunAsync(
            db, [keys.Mailbox, keys.Nodes, keys.Sessions], [node, (long)lease.TotalMilliseconds, text]));
        RedisResult[] fields = (RedisResult[])reply!;
        return new MailboxPosition((string)fields[0]!, (long)fields[1]);
    }

    /// <summary>Tells appenders that a node no longer has the user.</summary>
    /// <exception cref="RedisException">Redis is away; the lease will run out.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public Task LeaveAsync(UserId user, string node)
    {
        MailboxKeys keys = new(user);
        // The lease is what counts: sessions without one are nobody's.
        return redis.RunAsync(db => Task.WhenAll(db.HashDeleteAsync(keys.Nodes, node), db.HashDeleteAsync(keys.Sessions, node)));
    }

    /// <summary>Remembers that the user has confirmed everything up to a position, on a device if there is one.</summary>
    /// <param name="user">The user.</param>
    /// <param name="position">The position.</param>
    /// <param name="device">The device.</param>
    /// <param name="times">When what was confirmed since the last call was delivered and confirmed, oldest first; at most the last <see cref="MaxTimes"/> are remembered.</param>
    /// <returns>What became of the device's position, or of the user's when there is no device. The user's is the highest of all.</returns>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<MailboxAck> AckAsync(UserId user, MailboxPosition position, DeviceId device = default, IReadOnlyList<MailboxConfirmation>? times = null)
    {
        const int headerArguments = 5, timeArguments = 3;
        RedisValue[] arguments = new RedisValue[headerArguments + (timeArguments * (times?.Count ?? 0))];
        (arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]) = (position.Epoch, position.Seq, device.ToString(), _options.MaxDevices, MaxTimes);
        int next = headerArguments;
        foreach (MailboxConfirmation one in times ?? [])
        {
            arguments[next++] = one.Seq;
            arguments[next++] = one.DeliveredAt.ToUnixTimeMilliseconds();
            arguments[next++] = one.AckedAt.ToUnixTimeMilliseconds();
        }

        RedisResult reply = await redis.RunAsync(db => AckScript.RunAsync(db, [new MailboxKeys(user).Mailbox], arguments));
        return (MailboxAck)(int)((RedisResult[])reply!)[0];
    }

    /// <summary>Finds a message by its id, and what is known of its way; null when the id, or the whole mailbox, is forgotten. Two round trips, for operators.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<MailboxTrack?> TrackAsync(UserId user, string id)
    {
        RedisKey mailbox = new MailboxKeys(user).Mailbox;
        RedisValue[] known = await redis.RunAsync(db => db.HashGetAsync(mailbox, ["a:" + id, "b:" + id, "times"]));
        RedisValue seq = known[0].IsNull ? known[1] : known[0];
        if (seq.IsNull)
        {
            return null;
        }

        RedisValue message = await redis.RunAsync(db => db.HashGetAsync(mailbox, "m:" + (string)seq!));
        return MailboxTrack.Of((long)seq, (byte[]?)message, (string?)known[2], MaxTimes);
    }

    private async Task<MailboxPage> ReadPageAsync(UserId user, MailboxPosition after, DeviceId device, int maxAhead)
    {
        const int headerFields = 5;
        MailboxKeys keys = new(user);
        RedisResult reply = await redis.RunAsync(db => ReadScript.RunAsync(
            db,
            [keys.Mailbox],
            [after.Epoch, after.Seq, _options.PageMessages, _options.PageBytes, device.ToString(), maxAhead]));

        RedisResult[] fields = (RedisResult[])reply!;
        string epoch = (string)fields[0]!;
        MailboxEntry[] entries = new MailboxEntry[(fields.Length - headerFields) / 2];
        for (int i = 0; i < entries.Length; i++)
        {
            long seq = (long)fields[headerFields + (2 * i)];
            entries[i] = new MailboxEntry(Math.Abs(seq), (byte[])fields[headerFields + (2 * i) + 1]!, IsAhead: seq < 0);
        }

        long head = (long)fields[1];
        return new MailboxPage(
            new MailboxPosition(epoch, head),
            new MailboxPosition(epoch, (long)fields[2]),
            EpochChanged: after.Epoch.Length > 0 && (after.Epoch != epoch || after.Seq > head),
            Truncated: (long)fields[3] == 1,
            After: new MailboxPosition(epoch, (long)fields[4]),
            entries);
    }
}
