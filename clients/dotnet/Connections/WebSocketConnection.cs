using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Seckill.Client.Connections;

/// <summary>A WebSocket in the shape that SignalR's client core reads and writes: two pipes and a loop for each direction.</summary>
/// <remarks>Bounded: each pipe stops its producer at 64 KiB, so that a consumer that does not keep up slows the socket and with it the server.</remarks>
internal sealed class WebSocketConnection : ConnectionContext, ITransferFormatFeature
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly ClientWebSocket _socket;
    private readonly CancellationTokenSource _aborted = new();
    private readonly Pipe _incoming = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _outgoing = new(new PipeOptions(useSynchronizationContext: false));
    private Task _loops = Task.CompletedTask;
    private int _disposed;

    private WebSocketConnection(ClientWebSocket socket, EndPoint endpoint)
    {
        _socket = socket;
        RemoteEndPoint = endpoint;
        ConnectionId = Guid.NewGuid().ToString("N");
        Transport = new DuplexPipe(_incoming.Reader, _outgoing.Writer);
        Features.Set<ITransferFormatFeature>(this);
        ConnectionClosed = _aborted.Token;
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public TransferFormat SupportedFormats => TransferFormat.Text;

    public TransferFormat ActiveFormat { get; set; } = TransferFormat.Text;

    public static WebSocketConnection Start(ClientWebSocket socket, EndPoint endpoint)
    {
        WebSocketConnection connection = new(socket, endpoint);
        connection._loops = Task.WhenAll(connection.ReceiveAsync(), connection.SendAsync());
        return connection;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _aborted.Cancel();
        _socket.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await Transport.Output.CompleteAsync();
        await Transport.Input.CompleteAsync();
        _incoming.Writer.CancelPendingFlush();
        try
        {
            await _loops.WaitAsync(CloseTimeout);
        }
        catch (TimeoutException)
        {
            // The server does not answer the close: it may be gone.
            _socket.Abort();
            await _loops;
        }

        _socket.Dispose();
        _aborted.Dispose();
        await base.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        Exception? end = null;
        try
        {
            while (true)
            {
                // An empty read waits without a buffer: thousands of idle connections then hold none.
                ValueWebSocketReceiveResult received = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (received.MessageType != WebSocketMessageType.Close)
                {
                    received = await _socket.ReceiveAsync(_incoming.Writer.GetMemory(), CancellationToken.None);
                }

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                _incoming.Writer.Advance(received.Count);
                FlushResult flushed = await _incoming.Writer.FlushAsync();
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            end = _aborted.IsCancellationRequested ? null : fault;
        }

        await _incoming.Writer.CompleteAsync(end);
        _outgoing.Reader.CancelPendingRead();
    }

    private async Task SendAsync()
    {
        Exception? end = null;
        try
        {
            while (true)
            {
                ReadResult read = await _outgoing.Reader.ReadAsync();
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    await _socket.SendAsync(part, WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
                }

                if (!read.Buffer.IsEmpty)
                {
                    await _socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }

                _outgoing.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                {
                    break;
                }
            }

            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, CancellationToken.None);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            end = fault;
        }

        await _outgoing.Reader.CompleteAsync(end);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
