namespace Seckill.Rivals.Push;

/// <summary>One way to bring what the feed says to connections.</summary>
internal interface IFeedReceiver
{
    /// <summary>Sends a frame of SignalR's JSON hub protocol to everyone.</summary>
    Task SendAllAsync(ReadOnlyMemory<byte> frame);

    /// <summary>Sends it to one user.</summary>
    Task SendUserAsync(string user, ReadOnlyMemory<byte> frame);
}
