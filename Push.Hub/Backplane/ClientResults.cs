using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Push.Hub.Backplane;

/// <summary>Calls of clients whose result is awaited, here or by another node.</summary>
internal sealed class ClientResults
{
    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    /// <summary>Calls that wait.</summary>
    public int Count => _pending.Count;

    /// <summary>Awaits a typed result on this node: fails with <see cref="HubException"/> when the client, or the other node, says so, with <see cref="IOException"/> when the connection goes.</summary>
    public Task<T> Add<T>(string invocationId, string connectionId)
    {
        TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[invocationId] = new Pending(
            connectionId,
            typeof(T),
            completion => Set(answer, completion),
            () => answer.TrySetException(new IOException(Disconnected(connectionId))));
        return answer.Task;
    }

    /// <summary>Passes the result on to the node that asked, unread.</summary>
    public void AddForwarded(string invocationId, string connectionId, Action<CompletionMessage> forward) =>
        _pending[invocationId] = new Pending(
            connectionId, typeof(RawResult), forward, () => forward(CompletionMessage.WithError(invocationId, Disconnected(connectionId))));

    /// <summary>What a call's failure says when its connection has gone.</summary>
    public static string Disconnected(string connectionId) => $"Connection '{connectionId}' disconnected.";

    public void Remove(string invocationId) => _pending.TryRemove(invocationId, out _);

    public bool IsWaiting(string invocationId) => _pending.ContainsKey(invocationId);

    public bool TryGetReturnType(string invocationId, [NotNullWhen(true)] out Type? type)
    {
        bool found = _pending.TryGetValue(invocationId, out Pending? pending);
        type = pending?.ReturnType;
        return found;
    }

    /// <summary>Completes a call with what its connection answered.</summary>
    /// <exception cref="InvalidOperationException">The call went to another connection: a client that answers for somebody else.</exception>
    public void Complete(string connectionId, CompletionMessage completion)
    {
        if (_pending.TryGetValue(completion.InvocationId!, out Pending? pending))
        {
            if (pending.ConnectionId != connectionId)
            {
                throw new InvalidOperationException($"Connection '{connectionId}' may not answer invocation '{completion.InvocationId}'.");
            }

            _pending.TryRemove(completion.InvocationId!, out _);
            pending.Complete(completion);
        }
    }

    /// <summary>Completes a call of this node with what another node's connection answered; that node has checked who answered.</summary>
    public void CompleteForwarded(CompletionMessage completion)
    {
        if (_pending.TryRemove(completion.InvocationId!, out Pending? pending))
        {
            pending.Complete(completion);
        }
    }

    /// <summary>Fails what a connection that has gone still owes.</summary>
    public void FailAllOf(string connectionId)
    {
        foreach ((string invocationId, Pending pending) in _pending)
        {
            if (pending.ConnectionId == connectionId && _pending.TryRemove(invocationId, out _))
            {
                pending.Gone();
            }
        }
    }

    // The protocol has read the result as the type that TryGetReturnType named. One that did not look must not leave the caller waiting for ever.
    private static void Set<T>(TaskCompletionSource<T> answer, CompletionMessage completion)
    {
        if (!completion.HasResult)
        {
            answer.TrySetException(new HubException(completion.Error));
        }
        else if (completion.Result is T || (completion.Result is null && default(T) is null))
        {
            answer.TrySetResult((T)completion.Result!);
        }
        else
        {
            answer.TrySetException(new HubException($"Error trying to deserialize result to {typeof(T).Name}."));
        }
    }

    private sealed record Pending(string ConnectionId, Type ReturnType, Action<CompletionMessage> Complete, Action Gone);
}
