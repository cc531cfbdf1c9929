using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>One append of any number of messages, cut into calls of <c>mailbox-append.lua</c> of bounded size. Used once.</summary>
internal sealed class MailboxAppend
{
    // The script hands four values per message to one command, and Lua's unpack ends near 8,000.
    private const int MaxMessagesPerUser = 256;
    // A message of high priority that was kept while this many times MaxMessages came after it goes as well, so that a read has a bound.
    private const int SpanFactor = 16;
    // So many one after another are Redis itself and not one node of it: with a third of a cluster away, chance brings them once in 10^15.
    private const int MaxFailedInARow = 32;
    private const int HeaderArguments = 11;
    private const int MessageArguments = 5;

    private static readonly RedisScript Script = RedisScript.Load("mailbox-append.lua");

    private readonly RedisConnection _redis;
    private readonly MailboxOptions _options;
    private readonly IReadOnlyList<MailboxMessage> _messages;
    private readonly byte[][] _bodies;
    private readonly MailboxAppendResult[] _results;
    private readonly ConcurrentDictionary<UserId, Exception> _failed = new();
    private int _failedInARow;

    /// <summary>Encodes the messages.</summary>
    /// <exception cref="ArgumentException">A message is not valid (see <see cref="PushEnvelope"/>).</exception>
    public MailboxAppend(RedisConnection redis, MailboxOptions options, IReadOnlyList<MailboxMessage> messages, DateTimeOffset now)
    {
        (_redis, _options, _messages) = (redis, options, messages);
        _bodies = [.. messages.Select(message => PushEnvelope.EncodeBody(message, now))];
        _results = new MailboxAppendResult[messages.Count];
    }

    /// <summary>One result per message, in the order given; complete once <see cref="RunAsync"/> has returned.</summary>
    public IReadOnlyList<MailboxAppendResult> Results => _results;

    /// <summary>
    /// Makes the calls. A user with more messages than one call takes gets them in turns, one after another, which keeps their order. A call that fails, because the node of a cluster is away or one
    /// user's keys are unusable, holds up its own users only; where nothing at all can be written, the rest is not tried.
    /// </summary>
    /// <exception cref="RedisException">One of the calls was not made, or its outcome is not known.</exception>
    /// <exception cref="TimeoutException">As for <see cref="RedisException"/>.</exception>
    public async Task RunAsync()
    {
        ParallelOptions inFlight = new() { MaxDegreeOfParallelism = _options.CallsInFlight };
        foreach (List<Share> turn in Turns())
        {
            IEnumerable<Share[]> calls = _redis.BySlot(turn.Where(share => !_failed.ContainsKey(share.User)), share => new MailboxKeys(share.User).Mailbox).SelectMany(slot => slot.Chunk(_options.UsersPerCall));
            await Parallel.ForEachAsync(calls, inFlight, async (call, _) => await TryCallAsync(call));
        }

        if (!_failed.IsEmpty)
        {
            ExceptionDispatchInfo.Throw(_failed.Values.First());
        }
    }

    private async Task TryCallAsync(Share[] call)
    {
        if (Volatile.Read(ref _failedInARow) >= MaxFailedInARow && _failed.Values.FirstOrDefault() is { } known)
        {
            // Failed as well: what comes later for the same user must not overtake it.
            Array.ForEach(call, share => _failed.TryAdd(share.User, known));
            return;
        }

        try
        {
            await CallAsync(call);
            Volatile.Write(ref _failedInARow, 0);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            Interlocked.Increment(ref _failedInARow);
            Array.ForEach(call, share => _failed.TryAdd(share.User, fault));
        }
    }

    private List<List<Share>> Turns()
    {
        List<List<Share>> turns = [];
        foreach (IGrouping<UserId, int> user in Enumerable.Range(0, _messages.Count).GroupBy(i => _messages[i].User))
        {
            foreach ((int turn, int[] places) in user.Chunk(MaxMessagesPerUser).Index())
            {
                if (turn == turns.Count)
                {
                    turns.Add([]);
                }

                turns[turn].Add(new Share(user.Key, places));
            }
        }

        return turns;
    }

    private async Task CallAsync(Share[] call)
    {
        RedisKey[] keys = [.. call.Select(share => new MailboxKeys(share.User)).SelectMany(keys => new[] { keys.Mailbox, keys.Nodes })];
        RedisResult[] reply = (RedisResult[])(await _redis.RunAsync(db => Script.RunAsync(db, keys, Arguments(call))))!;
        int next = 0, appended = 0, repeated = 0;
        foreach (Share share in call)
        {
            string epoch = (string)reply[next++]!;
            foreach (int place in share.Places)
            {
                MailboxPosition position = new(epoch, (long)reply[next++]);
                bool isNew = (int)reply[next++] == 1;
                _results[place] = new MailboxAppendResult(position, isNew);
                _ = isNew ? appended++ : repeated++;
            }
        }

        PushMetrics.Appended.Add(appended);
        PushMetrics.Repeated.Add(repeated);
        if (next < reply.Length)
        {
            PushMetrics.CountDropped(
                expiredNormal: (long)reply[next], expiredHigh: (long)reply[next + 1], overBoundsNormal: (long)reply[next + 2], overBoundsHigh: (long)reply[next + 3]);
        }
    }

    private RedisValue[] Arguments(Share[] call)
    {
        RedisValue[] arguments = new RedisValue[HeaderArguments + (MessageArguments * call.Sum(share => share.Places.Length))];
        arguments[0] = $"{Random.Shared.NextInt64():x16}-";
        arguments[1] = BackplaneChannels.Push.NodePrefix;
        arguments[2] = _options.MaxMessages;
        arguments[3] = _options.MaxBytes;
        arguments[4] = (long)_options.Retention.TotalMilliseconds;
        arguments[5] = (long)_options.IdempotencyWindow.TotalMilliseconds;
        arguments[6] = _options.MaxIds;
        arguments[7] = _options.MaxMessages * SpanFactor;
        arguments[8] = NormalPartOf(_options.MaxMessages);
        arguments[9] = NormalPartOf(_options.MaxBytes);
        arguments[10] = _redis.SeesAllSubscribers ? 1 : 0;
        int next = HeaderArguments;
        foreach (Share share in call)
        {
            foreach (int place in share.Places)
            {
                MailboxMessage message = _messages[place];
                arguments[next++] = share.User.Value;
                arguments[next++] = message.Id;
                arguments[next++] = (int)message.Priority;
                arguments[next++] = ((long)message.Ttl.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
                arguments[next++] = _bodies[place];
            }
        }

        return arguments;
    }

    private int NormalPartOf(int bound) => (int)((long)bound * (100 - _options.HighReservePercent) / 100);

    /// <summary>One user's part of a call.</summary>
    /// <param name="User">The user.</param>
    /// <param name="Places">Which of the messages are theirs, in order.</param>
    private readonly record struct Share(UserId User, int[] Places);
}
