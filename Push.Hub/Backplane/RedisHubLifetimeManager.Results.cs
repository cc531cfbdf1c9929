using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Seckill.Core.Push;

namespace Push.Hub.Backplane;

/// <content>Client results: a call of one connection that returns a value, also when another node has the connection.</content>
public sealed partial class RedisHubLifetimeManager<THub>
{
    private long _lastInvocation;

    /// <inheritdoc/>
    /// <exception cref="IOException">No node has the connection, or it went before it answered.</exception>
    /// <exception cref="HubException">The client answered with an error.</exception>
    public override async Task<T> InvokeConnectionAsync<T>(
        string connectionId, string methodName, object?[] args, CancellationToken cancellationToken)
    {
        // The node's name keeps ids apart: a forwarded call shares the target connection with that node's own calls.
        string invocationId = $"{_publisher.Node}-{Interlocked.Increment(ref _lastInvocation)}";
        Serialized message = Serialize(new InvocationMessage(invocationId, methodName, args));
        Task<T> result = _results.Add<T>(invocationId, connectionId);
        bool isRemote = !_connections.TryGet(connectionId, out LocalConnection? connection);
        try
        {
            if (connection is not null)
            {
                connection.TrySend(message.ForConnections);
            }
            else if (!await AskAsync(BackplaneKind.Invoke, [connectionId, invocationId], message.ForNodes, cancellationToken))
            {
                throw new IOException($"Connection '{connectionId}' does not exist.");
            }

            using CancellationTokenSource either =
                CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection?.Aborted ?? CancellationToken.None);
            return await result.WaitAsync(either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Connection '{connectionId}' disconnected.", fault);
        }
        finally
        {
            _results.Remove(invocationId);
            if (isRemote && !result.IsCompleted)
            {
                _ = _publisher.PublishToAllAsync(new BackplaneMessage(BackplaneKind.Forget, _publisher.Node, 0, [invocationId], [], []));
            }
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

    private void InvokeFor(BackplaneMessage message, LocalConnection connection)
    {
        string invocationId = message.Targets[1];
        IHubProtocol protocol = connection.Protocol;
        _results.AddForwarded(invocationId, connection.Id, completion => _ = _publisher.PublishToNodeAsync(
            message.Origin,
            new BackplaneMessage(
                BackplaneKind.Completion, _publisher.Node, 0, [invocationId], [], [new(protocol.Name, protocol.GetMessageBytes(completion))])));

        if (!connection.TrySend(ToSerialized(message)))
        {
            _results.FailAllOf(connection.Id);
        }
    }

    private void OnCompletion(BackplaneMessage message)
    {
        (string name, ReadOnlyMemory<byte> bytes) = message.Payloads[0];
        ReadOnlySequence<byte> sequence = new(bytes);
        if (_protocols.GetProtocol(name, supportedProtocols: null) is not { } protocol)
        {
            return;
        }

        // Nobody waits any longer: the binder has no type to read the result as.
        if (_results.TryGetReturnType(message.Targets[0], out Type? type)
            && protocol.TryParseMessage(ref sequence, new ResultBinder(type), out HubMessage? parsed)
            && parsed is CompletionMessage completion)
        {
            _results.CompleteForwarded(completion);
        }
    }

    private sealed class ResultBinder(Type type) : IInvocationBinder
    {
        public Type GetReturnType(string invocationId) => type;

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => throw new NotSupportedException();

        public Type GetStreamItemType(string streamId) => throw new NotSupportedException();
    }
}
