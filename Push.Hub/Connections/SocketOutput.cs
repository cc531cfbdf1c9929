using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Push.Hub.Connections;

/// <summary>
/// Writes what SignalR sends on a WebSocket connection straight to the socket. SignalR's own way leads through a pipe whose reader is a loop of its own for each connection: half a dozen locks,
/// a hop to another thread and a cancellable send for every message, which cost more than the message itself.
/// </summary>
/// <remarks>
/// Used by one writer at a time: SignalR holds its lock of the connection until a write is done, so a socket that takes nothing holds up the next write as the full pipe did. SignalR's loop stays, has
/// nothing to send, and says goodbye once this is completed. Who aborts while a send is under way cuts the connection, and a send may take no longer than SignalR lets its own take.
/// </remarks>
internal sealed class SocketOutput(ConnectionSlot slot, IHttpRequestLifetimeFeature request, ITransferFormatFeature format, IDuplexPipe pipe, TimeProvider time) : PipeWriter, IDuplexPipe
{
    /// <summary>SignalR's own bound for a send.</summary>
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    private ArrayBufferWriter<byte>? _unsent;
    private bool _usesPipe;
    private long _pendingSince;

    /// <inheritdoc/>
    public PipeReader Input => pipe.Input;

    /// <inheritdoc/>
    public PipeWriter Output => this;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _unsent?.WrittenCount ?? 0;

    /// <summary>Has a connection write this way, when it is one by WebSocket.</summary>
    public static void Use(ConnectionContext connection, ConnectionSlot slot, HttpContext request, TimeProvider time)
    {
        if (request.WebSockets.IsWebSocketRequest && connection.Features.Get<ITransferFormatFeature>() is { } format)
        {
            SocketOutput output = new(slot, request.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>(), format, connection.Transport, time);
            connection.Transport = output;
            connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((SocketOutput)state).CutWhenStuck(), output);
        }
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => (_unsent ??= new ArrayBufferWriter<byte>()).GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes) => (_unsent ??= new ArrayBufferWriter<byte>()).Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // Nothing is kept for an idle connection; what comes often comes encoded, past this buffer.
        ReadOnlyMemory<byte> message = _unsent?.WrittenMemory ?? default;
        _unsent = null;
        return message.IsEmpty ? default : SendAsync(message);
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _unsent is null ? SendAsync(source) : base.WriteAsync(source, cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        if (Volatile.Read(ref _pendingSince) != 0)
        {
            request.Abort();
        }

        pipe.Output.CancelPendingFlush();
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => pipe.Output.Complete(exception);

    private ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> message)
    {
        WebSocket? socket = _usesPipe ? null : slot.Socket;
        if (socket is null)
        {
            // Before SignalR has accepted the socket there is nobody but its loop who will know it; and so it stays, since the loop knows no order but its own.
            _usesPipe = true;
            return pipe.Output.WriteAsync(message);
        }

        WebSocketMessageType type = format.ActiveFormat == TransferFormat.Binary ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
        ValueTask sent = socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);
        if (!sent.IsCompletedSuccessfully)
        {
            return FinishAsync(sent);
        }

        sent.GetAwaiter().GetResult();
        return default;
    }

    private async ValueTask<FlushResult> FinishAsync(ValueTask sent)
    {
        try
        {
            Volatile.Write(ref _pendingSince, time.GetTimestamp());
            await sent;
            return default;
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or InvalidOperationException or OperationCanceledException)
        {
            // The socket has gone, of which SignalR hears by its reading side. A pipe would say no more than that nobody reads it any longer.
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            Volatile.Write(ref _pendingSince, 0);
        }
    }

    private void CutWhenStuck()
    {
        if (Volatile.Read(ref _pendingSince) is > 0 and var since && time.GetElapsedTime(since) > SendTimeout)
        {
            request.Abort();
        }
    }
}
