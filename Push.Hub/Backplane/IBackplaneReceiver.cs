
namespace Push.Hub.Backplane;

/// <summary>Takes what arrives on the node's channels. Called by one loop, in order of arrival: must neither block nor throw.</summary>
/// <typeparam name="THub">The hub whose channels these are.</typeparam>
public interface IBackplaneReceiver<THub>
    where THub : Microsoft.AspNetCore.SignalR.Hub
{
    /// <summary>Takes a message; false when it is of another receiver's kind.</summary>
    bool TryReceive(byte[] message);

    /// <summary>Messages may have been lost: the subscription was down, or the inbox overflowed.</summary>
    void OnMessagesLost();
}
