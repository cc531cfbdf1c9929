using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Seckill.Integration.LocalServers;

/// <summary>Answers each line with its own name and the line.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _name;

    public EchoServer(string name)
    {
        _name = name;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Received { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using StreamReader reader = new(client.GetStream());
            await using StreamWriter writer = new(client.GetStream()) { AutoFlush = true, NewLine = "\n" };
            while (await reader.ReadLineAsync() is { } line)
            {
                Received.Enqueue(line);
                await writer.WriteLineAsync($"{_name}:{line}");
            }
        }
        catch (IOException)
        {
            // Reset by the proxy.
        }
        finally
        {
            client.Dispose();
        }
    }
}
