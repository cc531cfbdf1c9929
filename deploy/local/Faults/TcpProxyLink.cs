using System.Net;
using System.Net.Sockets;

namespace Seckill.Local.Faults;

/// <summary>One client's connection through a <see cref="TcpProxy"/>.</summary>
internal sealed class TcpProxyLink(TcpProxy proxy, Socket client, int target) : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    // The last of what the client sent: enough to recognise a request by a word in it.
    private const int RememberedBytes = 512;

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Lock _gate = new();
    private readonly byte[] _request = new byte[RememberedBytes];
    private int _requestLength;
    private int _closed;
    private volatile bool _silent;

    public void Start() => _ = RunAsync();

    /// <summary>Nothing passes any more, either way, and neither end is told: a half-open connection.</summary>
    public void FallSilent() => _silent = true;

    /// <summary>Both ends see a reset connection, as when a host vanishes.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        foreach (Socket socket in (Socket[])[client, _server])
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // Closed by its other end already.
            }

            socket.Dispose();
        }

        proxy.Forget(this);
    }

    private async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            _server.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAny(PumpAsync(client, _server, isReply: false), PumpAsync(_server, client, isReply: true));
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The server is away: the client sees its connection reset.
        }

        // The end of a silent one is not told either: it stays until it is cut.
        if (!_silent)
        {
            Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isReply)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer.AsMemory())) > 0;)
            {
                if (!isReply)
                {
                    Remember(buffer.AsSpan(0, read));
                }
                else if (LosesReply())
                {
                    return;
                }

                if (isReply && proxy.ReplyDelay is { Ticks: > 0 } delay)
                {
                    await Task.Delay(delay);
                }

                if (_silent || proxy.Swallows)
                {
                    continue;
                }

                for (ReadOnlyMemory<byte> left = buffer.AsMemory(0, read); left.Length > 0;)
                {
                    left = left[await to.SendAsync(left)..];
                }
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // One end is gone; the other follows.
        }
    }

    private void Remember(ReadOnlySpan<byte> sent)
    {
        ReadOnlySpan<byte> last = sent.Length > RememberedBytes ? sent[..RememberedBytes] : sent;
        lock (_gate)
        {
            last.CopyTo(_request);
            _requestLength = last.Length;
        }
    }

    private bool LosesReply()
    {
        lock (_gate)
        {
            // A request that has its reply is no longer waited for.
            ReadOnlySpan<byte> request = _request.AsSpan(0, _requestLength);
            _requestLength = 0;
            return proxy.LosesReplyTo(request);
        }
    }
}
