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
            case BackplaneKind.AddToGroup or BackplaneKind.RemoveFromGroup or BackplaneKind.Invoke:
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

        BackplaneKind answer = BackplaneKind.NotHere;
        if (_connections.TryGet(message.Targets[0], out LocalConnection? connection))
        {
            answer = BackplaneKind.Done;
            if (message.Kind == BackplaneKind.Invoke)
            {
                InvokeFor(message, connection);
            }
            else if (message.Kind == BackplaneKind.AddToGroup)
            {
                _connections.AddToGroup(connection, message.Targets[1]);
            }
            else
            {
                _connections.RemoveFromGroup(connection, message.Targets[1]);
            }
        }

        _ = _publisher.PublishToNodeAsync(message.Origin, new BackplaneMessage(answer, _publisher.Node, message.RequestId, [], [], []));
    }

    private void DeliverHere(
        BackplaneKind kind, IReadOnlyList<string> targets, IReadOnlyList<string> excluded, SerializedHubMessage message)
    {
        switch (kind)
        {
            case BackplaneKind.SendAll:
                Deliver(_connections.All, excluded, message);
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
                    Deliver(kind == BackplaneKind.SendUsers ? _connections.OfUser(name) : _connections.OfGroup(name), excluded, message);
                }

                break;
        }
    }

    private static void Deliver(
        IEnumerable<KeyValuePair<string, LocalConnection>> connections, IReadOnlyList<string> excluded, SerializedHubMessage message)
    {
        foreach ((string id, LocalConnection connection) in connections)
        {
            if (excluded.Count == 0 || !excluded.Contains(id))
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
