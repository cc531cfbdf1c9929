using Seckill.Local.Servers;

namespace Seckill.Local.Faults;

/// <summary>A Redis primary, a replica, and the one address where clients find whichever is the primary: what a failover is made of.</summary>
/// <remarks>The address is a <see cref="TcpProxy"/>, so it can be cut and delayed too. Not thread-safe: one caller drives it.</remarks>
public sealed class RedisPair : IAsyncDisposable
{
    // Long, for a crowd that buys meanwhile on a machine that does everything else as well.
    private static readonly TimeSpan CopyDeadline = TimeSpan.FromSeconds(120);

    private readonly Func<string, RedisServerOptions> _options;
    private TcpProxy? _copying;
    private int _made;

    /// <param name="options">Makes the options of a server in the folder that is named.</param>
    public RedisPair(Func<string, RedisServerOptions> options)
    {
        _options = options;
        Primary = new RedisServer(options(NextFolder()));
        Address = new TcpProxy(Primary.Port);
    }

    /// <summary>The server that takes writes.</summary>
    public RedisServer Primary { get; private set; }

    /// <summary>The server that copies it; null until <see cref="AddReplicaAsync"/> and after a failover.</summary>
    public RedisServer? Replica { get; private set; }

    /// <summary>Where clients connect.</summary>
    public TcpProxy Address { get; }

    /// <summary>Starts a replica and waits until it has everything.</summary>
    public async Task AddReplicaAsync(CancellationToken stop = default)
    {
        // Through a relay of its own: bytes that merely wait in a socket would still arrive after the primary's death.
        _copying = new TcpProxy(Primary.Port);
        Replica = new RedisServer(_options(NextFolder()) with { ReplicaOf = _copying.Port });
        await Replica.StartAsync(stop);
        await Primary.WaitForCopyAsync(Replica, CopyDeadline);
    }

    /// <summary>The replica receives nothing more, though the primary believes in it: what is written from here on is lost by a failover.</summary>
    public void StopCopying() => (_copying ?? throw new InvalidOperationException("There is no replica.")).BlackHole();

    /// <summary>kill -9 of the primary; the replica, with what it has, takes its place and its address.</summary>
    /// <param name="withoutAWord">True: its clients are not told, as when a machine loses its power; their open connections fall silent.</param>
    public async Task FailOverAsync(bool withoutAWord = false)
    {
        RedisServer heir = Replica ?? throw new InvalidOperationException("There is no replica.");
        if (withoutAWord)
        {
            Address.FallSilent();
        }

        await Primary.KillAsync();
        await _copying!.DisposeAsync();
        await heir.PromoteAsync();
        await Primary.DisposeAsync();
        (Primary, Replica, _copying) = (heir, null, null);
        Address.Retarget(heir.Port);
        if (!withoutAWord)
        {
            Address.Cut();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Address.DisposeAsync();
        if (_copying is not null)
        {
            await _copying.DisposeAsync();
        }

        if (Replica is not null)
        {
            await Replica.DisposeAsync();
        }

        await Primary.DisposeAsync();
    }

    private string NextFolder() => $"redis-{_made++}";
}
