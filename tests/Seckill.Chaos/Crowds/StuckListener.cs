using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Seckill.Core.Ids;

namespace Seckill.Chaos.Crowds;

/// <summary>A client that resumes, watches a sale, and then reads nothing any more: a phone in a tunnel, with its socket open.</summary>
internal sealed class StuckListener : IAsyncDisposable
{
    private const int ReceiveBufferBytes = 4 * 1024;

    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        // A small window, so that the server's side of the connection fills soon.
        ConnectCallback = static async (context, stop) =>
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBufferBytes, NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    /// <summary>Connects, resumes from the start and watches; from then on nothing is read.</summary>
    public static async Task<StuckListener> ConnectAsync(Uri hub, string token, SaleId sale, CancellationToken stop)
    {
        StuckListener listener = new();
        listener._socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await listener._socket.ConnectAsync(new UriBuilder(hub) { Scheme = "ws" }.Uri, listener._invoker, stop);
        await listener.SendAsync("""{"protocol":"json","version":1}""", stop);
        await listener._socket.ReceiveAsync(new byte[1024].AsMemory(), stop);
        await listener.SendAsync("""{"type":1,"invocationId":"1","target":"Resume","arguments":["",0]}""", stop);
        await listener.SendAsync($$"""{"type":1,"invocationId":"2","target":"Watch","arguments":["{{sale}}"]}""", stop);
        return listener;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    private ValueTask SendAsync(string message, CancellationToken stop) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e').AsMemory(), WebSocketMessageType.Text, endOfMessage: true, stop);
}
