using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Push.Hub.Diagnostics;
using Seckill.Core.Diagnostics;

namespace Push.Hub.Backplane;

/// <summary>A connection of this node with a byte-bounded queue in front of its socket.</summary>
/// <remarks>
/// Thread-safe. <see cref="TrySend"/> never waits: SignalR writes at once while the socket keeps up, and queues in order behind the first write that does
/// not. What is queued is counted, and a connection over the bound is closed, so that one slow reader costs neither time nor memory of the others.
/// </remarks>
public sealed class LocalConnection(HubConnectionContext context, BackplaneOptions options)
{
    /// <summary>Sent in the close message of a connection that was too slow.</summary>
    public const string SlowConsumer = "push.slow-consumer: reconnect and resume";

    private long _queuedBytes;
    private int _closed;
    private volatile string? _closedWith;

    /// <summary>SignalR's id.</summary>
    public string Id => context.ConnectionId;

    /// <summary>The user, when authenticated.</summary>
    public string? User => context.UserIdentifier;

    /// <summary>Who it speaks for, as he was when it was made.</summary>
    public System.Security.Claims.ClaimsPrincipal Caller => context.User;

    /// <summary>The hub protocol it speaks.</summary>
    public IHubProtocol Protocol => context.Protocol;

    /// <summary>Cancelled when it is gone.</summary>
    public CancellationToken Aborted => context.ConnectionAborted;

    /// <summary>The reason that <see cref="Close"/> was given; null while nobody here has closed it.</summary>
    public string? ClosedWith => _closedWith;

    /// <summary>What else is known of it.</summary>
    internal IFeatureCollection Features => context.Features;

    /// <summary>Groups it is a member of. Guarded by a lock on itself.</summary>
    internal HashSet<string> Groups { get; } = [];

    /// <summary>Bytes that wait for the socket.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Queues a message; false when the connection is closed, or is so because of this message, or speaks a protocol that the message lacks.</summary>
    public bool TrySend(SerializedHubMessage message)
    {
        if (Volatile.Read(ref _closed) == 1)
        {
            return false;
        }

        int bytes;
        try
        {
            bytes = message.GetSerializedMessage(context.Protocol).Length;
        }
        catch (InvalidOperationException)
        {
            // The sender knew only other protocols.
            HubMetrics.Undeliverable.Add(1);
            return false;
        }

        if (Interlocked.Add(ref _queuedBytes, bytes) > options.MaxConnectionQueueBytes && !Planted.F11)
        {
            Interlocked.Add(ref _queuedBytes, -bytes);
            HubMetrics.SlowConsumers.Add(1, new KeyValuePair<string, object?>("reason", "queue"));
            Close(SlowConsumer);
            return false;
        }

        ValueTask write = context.WriteAsync(message, CancellationToken.None);
        if (write.IsCompletedSuccessfully)
        {
            Interlocked.Add(ref _queuedBytes, -bytes);
        }
        else
        {
            _ = FinishAsync(write, bytes);
        }

        return true;
    }

    /// <summary>Closes with a reason that says whether to reconnect, as far as the socket still takes it.</summary>
    public void Close(string reason)
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
        {
            return;
        }

        _closedWith = reason;
        _ = CloseAsync(context.WriteAsync(new CloseMessage(reason, allowReconnect: true)));
    }

    // An abort at once would drop a message that stands behind another which is being written; without an abort, a socket that takes nothing would never be closed.
    private async Task CloseAsync(ValueTask write)
    {
        try
        {
            await write.AsTask().WaitAsync(options.CloseTimeout);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // It takes nothing, or has gone.
        }
        finally
        {
            context.Abort();
        }
    }

    private async Task FinishAsync(ValueTask write, int bytes)
    {
        try
        {
            await write;
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The connection has gone; its disconnect is handled by SignalR.
        }
        finally
        {
            Interlocked.Add(ref _queuedBytes, -bytes);
        }
    }
}
