using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Diagnostics;
using Seckill.Core.Resilience;
using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>The connection for commands: one multiplexer, with the settings that every one of ours needs, and another in its place when it dies without a word.</summary>
/// <remarks>
/// Thread-safe; one per process. It connects in the background and heals by itself, so construction succeeds while Redis is away; commands
/// then fail with <see cref="RedisConnectionException"/>. The client library has no time-out for asynchronous commands: <see cref="RunAsync{T}"/> adds it.
/// Nor does it notice a connection whose other end has lost its power or its network: such a one takes commands until TCP gives up, a quarter of an hour later. So the
/// connection is asked every second, and replaced when it has answered nothing twice while a new one answers; commands under way on it end in their time-outs.
/// That question is also the circuit before Redis: while it goes unanswered no command is sent, so that nobody waits for what is known to be silent (<see cref="RedisSilentException"/>). Not on a cluster, where
/// one node's silence says nothing about the others.
/// Pub/sub needs a multiplexer of its own (ordered delivery), see <see cref="OpenMultiplexer"/>.
/// </remarks>
public sealed class RedisConnection : IDisposable
{
    private const string Dependency = "redis";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private const int SilentLooks = 2;

    // Longer than any command waits: until then somebody may still begin or await one on a multiplexer that was replaced.
    private static readonly TimeSpan Retirement = TimeSpan.FromSeconds(10);

    private readonly string _connectionString;
    private readonly string _clientName;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private volatile ConnectionMultiplexer _multiplexer;
    private volatile bool _isSilent;

    /// <summary>Opens a connection.</summary>
    /// <param name="connectionString"><c>host:port[,password=…][,ssl=true][,sslCa=FILE]</c>, as StackExchange.Redis and <see cref="RedisTls"/> read it.</param>
    /// <param name="clientName">Shown by <c>CLIENT LIST</c>.</param>
    /// <param name="log">Told when the multiplexer is replaced; null for nobody.</param>
    public RedisConnection(string connectionString, string clientName, ILogger<RedisConnection>? log = null)
    {
        (_connectionString, _clientName, _log) = (connectionString, clientName, log ?? NullLogger<RedisConnection>.Instance);
        _multiplexer = OpenMultiplexer(connectionString, clientName, ordered: false);
        CircuitMetrics.Stands(Dependency, CircuitMetrics.Closed);
        _ = WatchAsync(_stop.Token);
    }

    /// <summary>How long <see cref="RunAsync{T}"/> waits for a reply before it throws <see cref="TimeoutException"/>: 2 s.</summary>
    public static TimeSpan CommandTimeout { get; } = TimeSpan.FromSeconds(2);

    /// <summary>The database for commands that bring their own time-out.</summary>
    /// <exception cref="RedisSilentException">Redis is known to be silent: nothing was sent.</exception>
    public IDatabase Database => _isSilent ? throw new RedisSilentException() : _multiplexer.GetDatabase();

    /// <summary>True when the last thing the library saw was a live connection. A hint for health pages, not a promise.</summary>
    public bool IsConnected => _multiplexer.IsConnected;

    /// <summary>Commands that wait to be sent, or for their answer.</summary>
    internal long Outstanding => _multiplexer.GetCounters().TotalOutstanding;

    /// <summary>
    /// True when what <c>PUBLISH</c> returns counts every subscriber: on a single server. On a cluster it counts those of the server that took the command, and with replicas they may listen there.
    /// </summary>
    public bool SeesAllSubscribers => _multiplexer.GetEndPoints() is [var only] && _multiplexer.GetServer(only).ServerType == ServerType.Standalone;

    /// <summary>Groups by cluster slot, for items whose keys may share a script call: all of them, on a server that is no cluster.</summary>
    public IEnumerable<IGrouping<int, T>> BySlot<T>(IEnumerable<T> items, Func<T, RedisKey> key)
    {
        // The client library's HashSlot knows of no single server: it would part what belongs together.
        bool isCluster = IsCluster(_multiplexer);
        return items.GroupBy(item => isCluster ? _multiplexer.HashSlot(key(item)) : 0);
    }

    /// <summary>Runs one command with a deadline of <see cref="CommandTimeout"/>.</summary>
    /// <exception cref="TimeoutException">No reply in time, or none to be had any more: the outcome is unknown. But for <see cref="RedisSilentException"/>: nothing was sent.</exception>
    /// <exception cref="RedisException">Refused, or no connection.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command)
    {
        try
        {
            return await command(Database).WaitAsync(CommandTimeout);
        }
        catch (OperationCanceledException lost)
        {
            // The client library cancels what waited on a connection that was torn down. Let through, it would pass for a host that stops, and end the loop that asked.
            throw new TimeoutException("The connection to Redis was lost.", lost);
        }
    }

    /// <summary>Opens a multiplexer that survives a Redis that is away.</summary>
    /// <param name="connectionString">As for the constructor.</param>
    /// <param name="clientName">Shown by <c>CLIENT LIST</c>.</param>
    /// <param name="ordered">
    /// True for pub/sub: handlers run one after another. False for commands: with order on, one continuation that blocks stops every later reply.
    /// </param>
    public static ConnectionMultiplexer OpenMultiplexer(string connectionString, string clientName, bool ordered)
    {
        ConnectionMultiplexer multiplexer = ConnectionMultiplexer.Connect(Options(connectionString, clientName));
        multiplexer.PreserveAsyncOrder = ordered;
        return multiplexer;
    }

    /// <summary>As <see cref="OpenMultiplexer"/>, without holding a thread of the pool while Redis does not answer: for whoever opens one while others are at work.</summary>
    public static async Task<ConnectionMultiplexer> OpenMultiplexerAsync(string connectionString, string clientName, bool ordered)
    {
        ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(Options(connectionString, clientName));
        multiplexer.PreserveAsyncOrder = ordered;
        return multiplexer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _multiplexer.Dispose();
    }

    private static ConfigurationOptions Options(string connectionString, string clientName)
    {
        ConfigurationOptions options = RedisTls.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.ClientName = clientName;
        options.KeepAlive = 10;
        options.ConnectTimeout = 2_000;
        return options;
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(LookEvery);
        int silent = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Answer answer = await AskAsync(_multiplexer);
                silent = answer is Answer.Given ? 0 : silent + 1;
                Hear(answer);
                if (silent == SilentLooks)
                {
                    silent = 0;
                    await TryReplaceAsync(stop);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    /// <summary>Puts another multiplexer in the place of the one that is silent, unless that has no answer either: then it is Redis that is away.</summary>
    private async Task TryReplaceAsync(CancellationToken stop)
    {
        ConnectionMultiplexer fresh;
        try
        {
            fresh = await OpenMultiplexerAsync(_connectionString, _clientName, ordered: false);
        }
        catch (Exception away)
        {
            // Whatever it is: the watch must go on.
            _log.RedisConnectionNotReplaced(_clientName, away);
            return;
        }

        if (await AskAsync(fresh) is not Answer.Given || stop.IsCancellationRequested)
        {
            fresh.Dispose();
            return;
        }

        ConnectionMultiplexer silent = _multiplexer;
        _multiplexer = fresh;
        Hear(Answer.Given);
        RedisMetrics.Replaced.Add(1, new KeyValuePair<string, object?>("client", _clientName));
        _log.RedisConnectionReplaced(_clientName);
        _ = RetireAsync(silent);
    }

    private static async Task RetireAsync(ConnectionMultiplexer replaced)
    {
        await Task.Delay(Retirement, CancellationToken.None);
        // Not asked to finish what it has: nobody answers there.
        replaced.Close(allowCommandsToComplete: false);
        replaced.Dispose();
    }

    // A connection that is down is no silence: the library refuses at once by itself, and knows first when it is up again.
    private void Hear(Answer answer)
    {
        bool isSilent = answer is Answer.None && !IsCluster(_multiplexer);
        if (isSilent == _isSilent)
        {
            return;
        }

        _isSilent = isSilent;
        CircuitMetrics.Stands(Dependency, isSilent ? CircuitMetrics.Open : CircuitMetrics.Closed);
        if (isSilent)
        {
            _log.RedisSilent(_clientName);
        }
        else
        {
            _log.RedisSpeaks(_clientName);
        }
    }

    private static bool IsCluster(ConnectionMultiplexer multiplexer) =>
        multiplexer.GetEndPoints().Any(endpoint => multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster);

    private static async Task<Answer> AskAsync(ConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.GetDatabase().PingAsync().WaitAsync(CommandTimeout);
            return Answer.Given;
        }
        catch (TimeoutException)
        {
            return Answer.None;
        }
        catch (Exception fault) when (fault is RedisException or OperationCanceledException or ObjectDisposedException)
        {
            return Answer.Impossible;
        }
    }

    private enum Answer
    {
        Given,
        None,
        Impossible,
    }
}
