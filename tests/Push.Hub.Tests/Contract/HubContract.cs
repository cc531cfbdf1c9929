using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary>
/// What every lifetime manager of SignalR must do, in the spirit of its own specification tests for scale-out. Four connections: a and b on the first node, c and d on the second; a and c are
/// the same user; b and d speak <see cref="InvertedProtocol"/>. Each send is followed by a mark to all from the same node: what a connection has when the mark arrives is all that it will get.
/// </summary>
public abstract class HubContract(IManagerPair pair) : IAsyncLifetime
{
    private readonly List<MemoryConnection> _connected = [];

    /// <summary>What b and d speak: the contexts' own, which nodes know by its name.</summary>
    protected InvertedProtocol Inverted { get; } = new();

    protected HubLifetimeManager<PlainHub> One => pair.One;

    protected HubLifetimeManager<PlainHub> Two => pair.Two;

    protected MemoryConnection A { get; private set; } = null!;

    protected MemoryConnection B { get; private set; } = null!;

    protected MemoryConnection C { get; private set; } = null!;

    protected MemoryConnection D { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await pair.StartAsync();
        A = await ConnectAsync(One, new MemoryConnection(new JsonHubProtocol(), "anna"));
        B = await ConnectAsync(One, new MemoryConnection(Inverted, "bert"));
        C = await ConnectAsync(Two, new MemoryConnection(new JsonHubProtocol(), "anna"));
        D = await ConnectAsync(Two, new MemoryConnection(Inverted, "carl"));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await pair.DisposeAsync();
    }

    protected async Task<MemoryConnection> ConnectAsync(HubLifetimeManager<PlainHub> node, MemoryConnection connection)
    {
        await node.OnConnectedAsync(connection.Context);
        _connected.Add(connection);
        return connection;
    }

    /// <summary>A connection goes; it gets no marks from now on.</summary>
    protected async Task DisconnectAsync(HubLifetimeManager<PlainHub> node, MemoryConnection connection)
    {
        _connected.Remove(connection);
        await connection.LeaveAsync(node);
    }

    /// <summary>Sends from each node in turn, and expects that each of the receivers has it once for each time it is named, and nobody else.</summary>
    protected async Task ExpectAsync(Func<HubLifetimeManager<PlainHub>, Task> send, params MemoryConnection[] receivers)
    {
        foreach (HubLifetimeManager<PlainHub> node in new[] { One, Two })
        {
            await send(node);
            await ExpectSaidAsync(node, receivers);
        }
    }

    /// <summary>Marks the end from this node, and expects what <see cref="ExpectAsync"/> does of what came before.</summary>
    protected async Task ExpectSaidAsync(HubLifetimeManager<PlainHub> node, params MemoryConnection[] receivers)
    {
        string mark = Guid.NewGuid().ToString("N");
        await node.SendAllAsync("Mark", [mark]);
        foreach (MemoryConnection connection in _connected)
        {
            string name = connection == A ? "a" : connection == B ? "b" : connection == C ? "c" : "d";
            (await connection.SaidUntilAsync(mark)).Count.ShouldBe(receivers.Count(receiver => receiver == connection), name);
        }
    }
}
