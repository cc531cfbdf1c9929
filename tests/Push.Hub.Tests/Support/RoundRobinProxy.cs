using System.Net;
using System.Net.Sockets;

namespace Push.Hub.Tests.Support;

/// <summary>A balancer: each TCP connection goes to the next node, or to the one after it when nobody listens there.</summary>
public sealed class RoundRobinProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _next;

    public RoundRobinProxy(params Uri[] targets)
    {
        Targets = targets;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IReadOnlyList<Uri> Targets { get; set; }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using TcpClient from = client;
        IReadOnlyList<Uri> targets = Targets;
        int first = Interlocked.Increment(ref _next);
        for (int i = 0; i < targets.Count; i++)
        {
            using TcpClient to = new();
            try
            {
                await to.ConnectAsync(IPAddress.Loopback, targets[(first + i) % targets.Count].Port, _stop.Token);
            }
            catch (SocketException)
            {
                continue; // Nobody listens there.
            }

            try
            {
                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream(), _stop.Token), to.GetStream().CopyToAsync(from.GetStream(), _stop.Token));
            }
            catch (InvalidOperationException)
            {
                // One side was gone before it began.
            }

            return;
        }
    }
}
