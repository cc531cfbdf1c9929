using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Seckill.Core.Push;

namespace Push.Hub.Backplane;

/// <content>Client results: a call of one connection that returns a value, also when another node has the connection.</content>
public sealed partial class RedisHubLifetimeManager<THub>
{
    private const int MaxDenials = 2;

    private long _lastInvocation;

    /// <inheritdoc/>
    /// <exception cref="IOException">No node has the connection, or it was this node's and went before it answered.</exception>
    /// <exception cref="HubException">The client answered with an error or with another type, went from another node before it answered, or the caller cancelled: as SignalR's own.</exception>
    /// <exception cref="TimeoutException">A node did not say in time whether the connection is there: the client may have been asked.</exception>
    public override async Task<T> InvokeConnectionAsync<T>(
        string connectionId, string methodName, object?[] args, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        cancellationToken.ThrowIfCancellationRequested();

        // The node's name keeps ids apart: a forwarded call shares the target connection with that node's own calls.
        string invocationId = $"{_publisher.Node}-{Interlocked.Increment(ref _lastInvocation)}";
        Serialized message = Serialize(new InvocationMessage(invocationId, methodName, args));
        Task<T> result = _results.Add<T>(invocationId, connectionId);
        try
        {
            return _connections.TryGet(connectionId, out LocalConnection? connection)
                ? await InvokeHereAsync(connection, message, result, cancellationToken)
                : await InvokeElsewhereAsync(connectionId, invocationId, message, result, cancellationToken);
        }
        catch (OperationCanceledException fault) when (cancellationToken.IsCancellationRequested)
        {
            throw new HubException("Invocation canceled by the server.", fault);
        }
        finally
        {
            _results.Remove(invocationId);
        }
    }

    /// <inheritdoc/>
    public override Task SetConnectionResultAsync(string connectionId, CompletionMessage result)
    {
        _results.Complete(connectionId, result);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override bool TryGetReturnType(string invocationId, [NotNullWhen(true)] out Type? type) =>
        _results.TryGetReturnType(invocationId, out type);

    private static async Task<T> InvokeHereAsync<T>(LocalConnection connection, Serialized message, Task<T> result, CancellationToken cancellation)
    {
        if (!connection.TrySend(message.ForConnections))
        {
            throw new IOException(ClientResults.Disconnected(connection.Id));
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, connection.Aborted);
        try
        {
            return await result.WaitAsync(either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException(ClientResults.Disconnected(connection.Id), fault);
        }
    }

    private async Task<T> InvokeElsewhereAsync<T>(
        string connectionId, string invocationId, Serialized message, Task<T> result, CancellationToken cancellation)
    {
        try
        {
            if (!await AskAsync(BackplaneKind.Invoke, [connectionId, invocationId], message.ForNodes, cancellation))
            {
                throw new IOException($"Connection '{connectionId}' does not exist.");
            }

            // Pub/sub may lose the answer, and the other node may die with the client: neither is told, so it is asked for. Twice, since a node that is just renewing its subscription hears
            // no question either.
            int denials = 0;
            while (!await IsDecidedAsync(result, cancellation))
            {
                denials = await IsStillAskedAsync(connectionId, invocationId, cancellation) ? 0 : denials + 1;
                if (denials == MaxDenials && !result.IsCompleted)
                {
                    throw new HubException(ClientResults.Disconnected(connectionId));
                }
            }

            return await result;
        }
        finally
        {
            if (!result.IsCompleted)
            {
                _ = _publisher.PublishToAllAsync(new BackplaneMessage(BackplaneKind.Forget, _publisher.Node, 0, [invocationId], [], []));
            }
        }
    }

    private async Task<bool> IsDecidedAsync(Task result, CancellationToken cancellation)
    {
        await result.WaitAsync(_replyTimeout, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return result.IsCompleted;
    }

    // No answer counts as yes: with Redis away, or a node that is slow, the client may still be thinking.
    private async Task<bool> IsStillAskedAsync(string connectionId, string invocationId, CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(BackplaneKind.IsAsked, [connectionId, invocationId], [], cancellation);
        }
        catch (Exception fault) when (fault is TimeoutException or IOException)
        {
            return true;
        }
    }

    private void InvokeFor(BackplaneMessage message, LocalConnection connection)
    {
        string invocationId = message.Targets[1];
        IHubProtocol protocol = connection.Protocol;
        _results.AddForwarded(invocationId, connection.Id, completion => _ = _publisher.PublishToNodeAsync(
            message.Origin,
            new BackplaneMessage(
                BackplaneKind.Completion, _publisher.Node, 0, [invocationId], [], [new(protocol.Name, protocol.GetMessageBytes(completion))])));

        // The connection may have gone since it was looked up, before there was a call of its to fail.
        if (!connection.TrySend(ToSerialized(message)) || !_connections.TryGet(connection.Id, out _))
        {
            _results.FailAllOf(connection.Id);
        }
    }

    private void OnCompletion(BackplaneMessage message)
    {
        // Nobody waits any longer: there is no type to read the result as.
        string invocationId = message.Targets[0];
        if (_results.TryGetReturnType(invocationId, out Type? type))
        {
            _results.CompleteForwarded(ReadCompletion(invocationId, message.Payloads[0], type));
        }
    }

    private CompletionMessage ReadCompletion(string invocationId, KeyValuePair<string, ReadOnlyMemory<byte>> payload, Type type)
    {
        ReadOnlySequence<byte> bytes = new(payload.Value);
        return _protocols.GetProtocol(payload.Key, supportedProtocols: null) is { } protocol
            && protocol.TryParseMessage(ref bytes, new ResultBinder(type), out HubMessage? parsed)
            && parsed is CompletionMessage completion
            ? completion
            : CompletionMessage.WithError(invocationId, $"The result came in the hub protocol '{payload.Key}', which this node cannot read.");
    }

    private sealed class ResultBinder(Type type) : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => type;

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => throw new NotSupportedException();

        public Type GetStreamItemType(string streamId) => throw new NotSupportedException();
    }
}
