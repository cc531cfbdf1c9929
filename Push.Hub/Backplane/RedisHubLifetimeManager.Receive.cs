using Microsoft.AspNetCore.SignalR;
using Seckill.Core.Push;

namespace Push.Hub.Backplane;

/// <content>What other nodes ask of this one.</content>
public sealed partial class RedisHubLifetimeManager<THub>
{
    /// <inheritdoc/>
    bool IBackplaneReceiver<THub>.TryReceive(byte[] message)
    {
        if (!BackplaneCodec.TryDecode(message, out BackplaneMessage? decoded))
        {
            return false;
        }

        Receive(decoded!);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>Messages of this kind are gone when they are lost; the mailbox has its own check.</remarks>
    void IBackplaneReceiver<THub>.OnMessagesLost()
    {
    }

    private void Receive(BackplaneMessage message)
    {
        bool isOwn = message.Origin == _publisher.Node;
        switch (message.Kind)
        {
            case BackplaneKind.SendAll or BackplaneKind.SendConnections or BackplaneKind.SendGroups or BackplaneKind.SendUsers:
                if (!isOwn)
                {
                    DeliverHere(message.Kind, message.Targets, message.Excluded, ToSerialized(message));
                }

                break;
            case BackplaneKind.AddToGroup or BackplaneKind.RemoveFromGroup or BackplaneKind.Invoke or BackplaneKind.IsAsked:
                Answer(message, isOwn);
                break;
            case BackplaneKind.Done:
                _replies.Done(message.RequestId);
                break;
            case BackplaneKind.NotHere:
                _replies.NotHere(message.RequestId);
                break;
            case BackplaneKind.Completion:
                OnCompletion(message);
                break;
            case BackplaneKind.Forget when !isOwn:
                _results.Remove(message.Targets[0]);
                break;
        }
    }

    // A question is put only after the asking node has looked at its own connections; it counts itself among those who listened.
    private void Answer(BackplaneMessage message, bool isOwn)
    {
        if (isOwn)
        {
            _replies.NotHere(message.RequestId);
            return;
        }

        bool isDone = _connections.TryGet(message.Targets[0], out LocalConnection? connection) && Do(message, connection);
        BackplaneKind answer = isDone ? BackplaneKind.Done : BackplaneKind.NotHere;
        _ = _publisher.PublishToNodeAsync(message.Origin, new BackplaneMessage(answer, _publisher.Node, message.RequestId, [], [], []));
    }

    private bool Do(BackplaneMessage message, LocalConnection connection)
    {
        switch (message.Kind)
        {
            case BackplaneKind.Invoke:
                InvokeFor(message, connection);
                return true;
            case BackplaneKind.IsAsked:
                return _results.IsWaiting(message.Targets[1]);
            case BackplaneKind.AddToGroup:
                _connections.AddToGroup(connection, message.Targets[1]);
                return true;
            default:
                _connections.RemoveFromGroup(connection, message.Targets[1]);
                return true;
        }
    }

    private void DeliverHere(
        BackplaneKind kind, IReadOnlyList<string> targets, IReadOnlyList<string> excluded, SerializedHubMessage message)
    {
        // A set, and once per message: a list would be walked for every connection.
        HashSet<string>? except = excluded.Count == 0 ? null : new(excluded, StringComparer.Ordinal);
        switch (kind)
        {
            case BackplaneKind.SendAll:
                Deliver(_connections.All, except, message);
                break;
            case BackplaneKind.SendConnections:
                foreach (string id in targets)
                {
                    if (_connections.TryGet(id, out LocalConnection? connection))
                    {
                        connection.TrySend(message);
                    }
                }

                break;
            default:
                foreach (string name in targets)
                {
                    Deliver(kind == BackplaneKind.SendUsers ? _connections.OfUser(name) : _connections.OfGroup(name), except, message);
                }

                break;
        }
    }

    private static void Deliver(
        IEnumerable<KeyValuePair<string, LocalConnection>> connections, HashSet<string>? except, SerializedHubMessage message)
    {
        foreach ((string id, LocalConnection connection) in connections)
        {
            if (except is null || !except.Contains(id))
            {
                connection.TrySend(message);
            }
        }
    }

    private static SerializedHubMessage ToSerialized(BackplaneMessage message)
    {
        SerializedMessage[] bytes = new SerializedMessage[message.Payloads.Count];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = new SerializedMessage(message.Payloads[i].Key, message.Payloads[i].Value);
        }

        return new SerializedHubMessage(bytes);
    }
}
