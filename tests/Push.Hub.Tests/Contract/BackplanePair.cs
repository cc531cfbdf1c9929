using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Push.Hub.Tests.Support;

namespace Push.Hub.Tests.Contract;

/// <summary>Our backplane: two managers over a real Redis.</summary>
public sealed class BackplanePair : IManagerPair
{
    private readonly InvertedProtocol _ofOne = new();
    private readonly InvertedProtocol _ofTwo = new();

    public BackplanePair(RedisFixture redis)
    {
        string channels = $"contract{Guid.NewGuid():N}";
        NodeOne = new BackplaneNode(redis.Server.Endpoint, channels, _ofOne);
        NodeTwo = new BackplaneNode(redis.Server.Endpoint, channels, _ofTwo);
    }

    public BackplaneNode NodeOne { get; }

    public BackplaneNode NodeTwo { get; }

    public HubLifetimeManager<PlainHub> One => NodeOne.Manager;

    public HubLifetimeManager<PlainHub> Two => NodeTwo.Manager;

    /// <summary>How often a message was written in <see cref="InvertedProtocol"/>, on both nodes.</summary>
    public int InvertedWrites => _ofOne.Writes + _ofTwo.Writes;

    public async Task StartAsync()
    {
        await NodeOne.StartAsync();
        await NodeTwo.StartAsync();
        await AwaitHearingAsync();
    }

    /// <summary>Subscribing returns before Redis has confirmed. A group change that is carried out and acknowledged proves both ways; asked until it is.</summary>
    public async Task AwaitHearingAsync()
    {
        await ReachAsync(NodeOne, NodeTwo);
        await ReachAsync(NodeTwo, NodeOne);
    }

    public async ValueTask DisposeAsync()
    {
        await NodeOne.DisposeAsync();
        await NodeTwo.DisposeAsync();
    }

    private static async Task ReachAsync(BackplaneNode from, BackplaneNode to)
    {
        MemoryConnection probe = new(new JsonHubProtocol(), user: null);
        await to.Manager.OnConnectedAsync(probe.Context);
        int groups = to.Connections.GroupCount;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await from.Manager.AddToGroupAsync(probe.Id, "probe");
                    return to.Connections.GroupCount > groups;
                }
                catch (Exception fault) when (fault is IOException or TimeoutException)
                {
                    return false;
                }
            },
            "the nodes hear each other");
        await probe.LeaveAsync(to.Manager);
    }
}
