using System.Globalization;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>
/// Users' mailboxes in Redis: a durable, ordered and bounded log per user. The mailbox is the truth of what a user was sent; publishing only wakes the hub
/// nodes where the user is connected.
/// </summary>
/// <remarks>Thread-safe. Every call is one script on the keys of one user, so it works on a cluster; calls for many users are pipelined.</remarks>
public sealed class MailboxStore(RedisConnection redis, IOptions<MailboxOptions> options, TimeProvider time)
{
    private const int AppendHeaderArguments = 8;
    private const int AppendMessageArguments = 4;

    private static readonly RedisScript AppendScript = RedisScript.Load("mailbox-append.lua");
    private static readonly RedisScript ReadScript = RedisScript.Load("mailbox-read.lua");
    private static readonly RedisScript VisitScript = RedisScript.Load("mailbox-visit.lua");
    private static readonly RedisScript AckScript = RedisScript.Load("mailbox-ack.lua");

    private readonly MailboxOptions _options = options.Value;

    /// <summary>Appends messages, each at most once by its <see cref="MailboxMessage.Id"/>, and wakes the users' hub nodes.</summary>
    /// <param name="messages">Any number, any users. Messages for one user keep their order.</param>
    /// <returns>One result per message, in the order given.</returns>
    /// <exception cref="ArgumentException">A message is not valid (see <see cref="PushEnvelope"/>); nothing was sent.</exception>
    /// <exception cref="RedisException">Some may have been written: append all again, with the same ids.</exception>
    /// <exception cref="TimeoutException">As for <see cref="RedisException"/>.</exception>
    public async Task<IReadOnlyList<MailboxAppendResult>> AppendAsync(IReadOnlyList<MailboxMessage> messages)
    {
        DateTimeOffset now = time.GetUtcNow();
        byte[][] bodies = new byte[messages.Count][];
        Dictionary<UserId, List<int>> byUser = [];
        for (int i = 0; i < messages.Count; i++)
        {
            bodies[i] = PushEnvelope.EncodeBody(messages[i], now);
            if (!byUser.TryGetValue(messages[i].User, out List<int>? places))
            {
                byUser.Add(messages[i].User, places = new List<int>(1));
            }

            places.Add(i);
        }

        MailboxAppendResult[] results = new MailboxAppendResult[messages.Count];
        foreach (KeyValuePair<UserId, List<int>>[] chunk in byUser.Chunk(_options.MaxAppendsInFlight))
        {
            await Task.WhenAll(Array.ConvertAll(chunk, user => AppendToOneAsync(user.Key, user.Value, messages, bodies, results)))
                .WaitAsync(RedisConnection.CommandTimeout);
        }

        return results;
    }

    /// <summary>Reads a page after a position: at most <see cref="MailboxOptions.PageMessages"/> and <see cref="MailboxOptions.PageBytes"/>.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<MailboxPage> ReadAsync(UserId user, MailboxPosition after)
    {
        MailboxKeys keys = new(user);
        RedisResult reply = await redis.RunAsync(db => ReadScript.RunAsync(
            db,
            [keys.Meta, keys.Normal, keys.High],
            [after.Epoch, after.Seq, _options.PageMessages, _options.PageBytes]));

        RedisResult[] fields = (RedisResult[])reply!;
        string epoch = (string)fields[0]!;
        MailboxEntry[] entries = new MailboxEntry[(fields.Length - 4) / 2];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new MailboxEntry((long)fields[4 + (2 * i)], (byte[])fields[5 + (2 * i)]!);
        }

        long head = (long)fields[1];
        return new MailboxPage(
            new MailboxPosition(epoch, head),
            new MailboxPosition(epoch, (long)fields[2]),
            EpochChanged: after.Epoch.Length > 0 && (after.Epoch != epoch || after.Seq > head),
            Truncated: (long)fields[3] == 1,
            entries);
    }

    /// <summary>Where the user's mailbox stands; with a lease, also tells appenders that a node has the user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="node">The hub node.</param>
    /// <param name="lease">How long the node has the user from now; zero leaves it as it is.</param>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<MailboxPosition> VisitAsync(UserId user, string node, TimeSpan lease)
    {
        MailboxKeys keys = new(user);
        RedisResult reply = await redis.RunAsync(db => VisitScript.RunAsync(
            db, [keys.Meta, keys.Nodes], [node, (long)lease.TotalMilliseconds]));
        RedisResult[] fields = (RedisResult[])reply!;
        return new MailboxPosition((string)fields[0]!, (long)fields[1]);
    }

    /// <summary>Tells appenders that a node no longer has the user.</summary>
    /// <exception cref="RedisException">Redis is away; the lease will run out.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public Task LeaveAsync(UserId user, string node) => redis.RunAsync(db => db.HashDeleteAsync(new MailboxKeys(user).Nodes, node));

    /// <summary>Remembers that the user has confirmed everything up to a position.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<MailboxAck> AckAsync(UserId user, MailboxPosition position)
    {
        RedisResult reply = await redis.RunAsync(db => AckScript.RunAsync(
            db, [new MailboxKeys(user).Meta], [position.Epoch, position.Seq]));
        return (MailboxAck)(int)((RedisResult[])reply!)[0];
    }

    private async Task AppendToOneAsync(
        UserId user, List<int> places, IReadOnlyList<MailboxMessage> messages, byte[][] bodies, MailboxAppendResult[] results)
    {
        RedisValue[] arguments = new RedisValue[AppendHeaderArguments + (places.Count * AppendMessageArguments)];
        arguments[0] = Guid.NewGuid().ToString("N");
        arguments[1] = user.Value;
        arguments[2] = BackplaneChannels.Push.NodePrefix;
        arguments[3] = _options.MaxMessages;
        arguments[4] = _options.MaxBytes;
        arguments[5] = (long)_options.Retention.TotalMilliseconds;
        arguments[6] = (long)_options.IdempotencyWindow.TotalMilliseconds;
        arguments[7] = _options.MaxIds;
        int next = AppendHeaderArguments;
        foreach (int place in places)
        {
            MailboxMessage message = messages[place];
            arguments[next++] = message.Id;
            arguments[next++] = (int)message.Priority;
            arguments[next++] = ((long)message.Ttl.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            arguments[next++] = bodies[place];
        }

        MailboxKeys keys = new(user);
        RedisResult reply = await AppendScript.RunAsync(
            redis.Database, [keys.Meta, keys.Normal, keys.High, keys.Ids, keys.OldIds, keys.Nodes], arguments);
        RedisResult[] fields = (RedisResult[])reply!;
        string epoch = (string)fields[0]!;
        int appended = 0;
        for (int i = 0; i < places.Count; i++)
        {
            bool isNew = (int)fields[2 + (2 * i)] == 1;
            appended += isNew ? 1 : 0;
            results[places[i]] = new MailboxAppendResult(new MailboxPosition(epoch, (long)fields[1 + (2 * i)]), isNew);
        }

        PushMetrics.Appended.Add(appended);
        PushMetrics.Repeated.Add(places.Count - appended);
    }
}
