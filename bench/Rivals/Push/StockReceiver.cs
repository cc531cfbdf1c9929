using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Seckill.Core.Push;

namespace Seckill.Rivals.Push;

/// <summary>Sends through <c>Clients.All</c> and <c>Clients.User</c>; the hub writes the frame itself, from the arguments.</summary>
internal sealed class StockReceiver(IHubContext<StockHub> hub) : IFeedReceiver
{
    public Task SendAllAsync(ReadOnlyMemory<byte> frame) => hub.Clients.All.SendAsync(PushFrame.Target, EnvelopesOf(frame));

    public Task SendUserAsync(string user, ReadOnlyMemory<byte> frame) => hub.Clients.User(user).SendAsync(PushFrame.Target, EnvelopesOf(frame));

    private static JsonElement EnvelopesOf(ReadOnlyMemory<byte> frame)
    {
        using JsonDocument json = JsonDocument.Parse(frame.TrimEnd((byte)0x1E));
        return json.RootElement.GetProperty("arguments")[0].Clone();
    }
}
