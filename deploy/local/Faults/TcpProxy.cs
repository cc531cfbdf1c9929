using System.Net;
using System.Net.Sockets;
using Seckill.Local.Processes;

namespace Seckill.Local.Faults;

/// <summary>A TCP relay on 127.0.0.1 between a client and a server that can cut, delay, swallow, and lose replies: the network's faults, one at a time and counted.</summary>
/// <remarks>
/// Thread-safe. A stream cannot lose bytes in the middle, so a lost reply is a connection that is reset in place of the reply: the server has done its work and the client cannot know.
/// Random decisions come from a seed. Every open connection holds two buffers of 64 KiB; nothing is queued.
/// </remarks>
public sealed class TcpProxy : IAsyncDisposable
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(10);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<TcpProxyLink> _links = [];
    private readonly Random _random;
    private readonly Task _accepting;

    private volatile int _target;
    private ReplyLoss? _loss;
    private long _delayMs;
    private volatile bool _swallow;
    private long _repliesLost;
    private long _cuts;
    private long _accepted;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">The server's port on 127.0.0.1.</param>
    /// <param name="seed">Of the decisions which replies are lost.</param>
    public TcpProxy(int target, int seed = 1)
    {
        _target = target;
        _random = new Random(seed);
        Port = FreePorts.Next();
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary><c>127.0.0.1:port</c>.</summary>
    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Replies that were lost so far.</summary>
    public long RepliesLost => Volatile.Read(ref _repliesLost);

    /// <summary>Connections that <see cref="Cut"/> has reset so far.</summary>
    public long Cuts => Volatile.Read(ref _cuts);

    /// <summary>Connections accepted so far.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections open now.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
            {
                return _links.Count;
            }
        }
    }

    /// <summary>Delays each piece of a reply by this much; requests go on as they come.</summary>
    public TimeSpan ReplyDelay
    {
        get => TimeSpan.FromMilliseconds(Volatile.Read(ref _delayMs));
        set => Volatile.Write(ref _delayMs, (long)value.TotalMilliseconds);
    }

    /// <summary>New connections go to another server; those that are open stay where they are until <see cref="Cut"/>.</summary>
    public void Retarget(int target) => _target = target;

    /// <summary>Loses replies from now on: each time a reply begins, its connection is reset instead with this probability.</summary>
    /// <param name="probability">From 0 (none) to 1.</param>
    /// <param name="to">Only replies to requests that hold this text (case does not matter), for example <c>COMMIT</c>; null for any.</param>
    public void LoseReplies(double probability, string? to = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        Volatile.Write(ref _loss, probability == 0 ? null : new ReplyLoss(probability, to));
    }

    /// <summary>Takes everything and passes nothing on, in both directions, until the result is disposed; the connections it touched are reset then.</summary>
    public IDisposable BlackHole()
    {
        _swallow = true;
        return new BlackHoleEnd(this);
    }

    /// <summary>Resets open connections.</summary>
    /// <param name="share">Which part of them, 1 for all.</param>
    /// <returns>How many.</returns>
    public int Cut(double share = 1)
    {
        TcpProxyLink[] victims;
        lock (_gate)
        {
            victims = [.. _links.Where(_ => share >= 1 || _random.NextDouble() < share)];
        }

        foreach (TcpProxyLink link in victims)
        {
            link.Dispose();
        }

        Interlocked.Add(ref _cuts, victims.Length);
        return victims.Length;
    }

    /// <summary>Open connections pass nothing on any more and stay open, as when the machine at their other end has lost its power; new ones are served.</summary>
    /// <returns>How many.</returns>
    public int FallSilent()
    {
        TcpProxyLink[] victims;
        lock (_gate)
        {
            victims = [.. _links];
        }

        Array.ForEach(victims, link => link.FallSilent());
        return victims.Length;
    }

    /// <summary>Stops listening and resets what is open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
        _stop.Dispose();
    }

    internal bool Swallows => _swallow;

    /// <summary>Asked once for each piece that comes from the server; <paramref name="request"/> is what the client sent last.</summary>
    internal bool LosesReplyTo(ReadOnlySpan<byte> request)
    {
        if (Volatile.Read(ref _loss) is not { } loss || !loss.Concerns(request))
        {
            return false;
        }

        lock (_gate)
        {
            if (_random.NextDouble() >= loss.Probability)
            {
                return false;
            }
        }

        Interlocked.Increment(ref _repliesLost);
        return true;
    }

    internal void Forget(TcpProxyLink link)
    {
        lock (_gate)
        {
            _links.Remove(link);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
            {
                continue;
            }
            catch (SocketException)
            {
                // No descriptors left, for example: there is nothing to do but to let others close theirs.
                await Task.Delay(AcceptPause, CancellationToken.None);
                continue;
            }

            Interlocked.Increment(ref _accepted);
            TcpProxyLink link = new(this, client, _target);
            lock (_gate)
            {
                _links.Add(link);
            }

            link.Start();
        }
    }

    private sealed record ReplyLoss(double Probability, string? To)
    {
        private readonly byte[] _to = System.Text.Encoding.ASCII.GetBytes((To ?? string.Empty).ToUpperInvariant());

        public bool Concerns(ReadOnlySpan<byte> request)
        {
            if (_to.Length == 0)
            {
                return true;
            }

            for (int at = 0; at + _to.Length <= request.Length; at++)
            {
                if (System.Text.Ascii.EqualsIgnoreCase(request.Slice(at, _to.Length), _to))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class BlackHoleEnd(TcpProxy proxy) : IDisposable
    {
        public void Dispose()
        {
            proxy._swallow = false;
            proxy.Cut();
        }
    }
}
