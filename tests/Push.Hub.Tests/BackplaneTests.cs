using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>
/// SignalR's contract over two nodes, in the spirit of its own scale-out specification tests. Three clients: a and b on the first node, c on the second; a and c
/// are the same user. Everything is sent from the first node, then a marker to all: what a client has when the marker arrives is all it will get.
/// </summary>
public sealed class BackplaneTests(RedisFixture redis) : IAsyncLifetime
{
    private PlainNode _one = null!;
    private PlainNode _two = null!;
    private PlainClient _a = null!;
    private PlainClient _b = null!;
    private PlainClient _c = null!;

    public async ValueTask InitializeAsync()
    {
        string channels = $"plain{Guid.NewGuid():N}";
        _one = await PlainNode.StartAsync(redis, channels);
        _two = await PlainNode.StartAsync(redis, channels);
        _a = await _one.ConnectAsync("anna");
        _b = await _one.ConnectAsync("bert");
        _c = await _two.ConnectAsync("anna");
        await AwaitSubscriptionsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _c.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public Task All_EverybodyReceives() => ExpectAsync(hub => hub.Clients.All.SendAsync("Say", "x"), _a, _b, _c);

    [Fact]
    public Task AllExcept_ExcludedOnBothNodesDoNot() => ExpectAsync(hub => hub.Clients.AllExcept(_a.Id, _c.Id).SendAsync("Say", "x"), _b);

    [Fact]
    public Task Client_OnThisNode() => ExpectAsync(hub => hub.Clients.Client(_b.Id).SendAsync("Say", "x"), _b);

    [Fact]
    public Task Client_OnTheOtherNode() => ExpectAsync(hub => hub.Clients.Client(_c.Id).SendAsync("Say", "x"), _c);

    [Fact]
    public Task Clients_OnBothNodes() => ExpectAsync(hub => hub.Clients.Clients(_a.Id, _c.Id, "nobody").SendAsync("Say", "x"), _a, _c);

    [Fact]
    public Task User_AllConnectionsOnAllNodes() => ExpectAsync(hub => hub.Clients.User("anna").SendAsync("Say", "x"), _a, _c);

    [Fact]
    public Task Users_EachOnce() => ExpectAsync(hub => hub.Clients.Users("anna", "bert", "carl").SendAsync("Say", "x"), _a, _b, _c);

    [Fact]
    public async Task Group_MembersOnBothNodes_AddedFromAnyNode()
    {
        await _one.Hub.Groups.AddToGroupAsync(_a.Id, "g");
        await _one.Hub.Groups.AddToGroupAsync(_c.Id, "g");

        await ExpectAsync(hub => hub.Clients.Group("g").SendAsync("Say", "x"), _a, _c);
    }

    [Fact]
    public async Task GroupExcept_And_Groups()
    {
        await _two.Hub.Groups.AddToGroupAsync(_a.Id, "g");
        await _two.Hub.Groups.AddToGroupAsync(_c.Id, "g");
        await _two.Hub.Groups.AddToGroupAsync(_b.Id, "h");

        await ExpectAsync(hub => hub.Clients.GroupExcept("g", _a.Id).SendAsync("Say", "x"), _c);
        await ExpectAsync(hub => hub.Clients.Groups("g", "h").SendAsync("Say", "y"), "y", _a, _b, _c);
    }

    [Fact]
    public async Task RemovedFromGroupByAnotherNode_ReceivesNoMore()
    {
        await _one.Hub.Groups.AddToGroupAsync(_c.Id, "g");
        await _one.Hub.Groups.AddToGroupAsync(_b.Id, "g");
        await _one.Hub.Groups.RemoveFromGroupAsync(_c.Id, "g");

        await ExpectAsync(hub => hub.Clients.Group("g").SendAsync("Say", "x"), _b);
    }

    [Fact]
    public async Task UnknownConnection_GroupChangeIsPassedOver()
    {
        await _one.Hub.Groups.AddToGroupAsync("nobody", "g");
        await _one.Hub.Groups.RemoveFromGroupAsync("nobody", "g");

        _one.Connections.GroupCount.ShouldBe(0);
    }

    [Fact]
    public async Task Disconnected_LeavesItsGroups()
    {
        await _one.Hub.Groups.AddToGroupAsync(_c.Id, "g");
        _two.Connections.GroupCount.ShouldBe(1);

        await _c.Connection.StopAsync();

        await Eventually.TrueAsync(() => _two.Connections.GroupCount == 0 && _two.Connections.Count == 0, "nothing left behind");
    }

    [Fact]
    public async Task ClientResult_OnBothNodes()
    {
        _a.Connection.On("Ask", (int number) => number + 1);
        _c.Connection.On("Ask", (int number) => number + 2);

        (await _one.Hub.Clients.Client(_a.Id).InvokeAsync<int>("Ask", 40, CancellationToken.None)).ShouldBe(41);
        (await _one.Hub.Clients.Client(_c.Id).InvokeAsync<int>("Ask", 40, CancellationToken.None)).ShouldBe(42);
    }

    [Fact]
    public async Task ClientResult_ErrorOfTheOtherNodesClient_IsThrown()
    {
        _c.Connection.On("Ask", int () => throw new InvalidOperationException("no"));

        await Should.ThrowAsync<HubException>(() => _one.Hub.Clients.Client(_c.Id).InvokeAsync<int>("Ask", CancellationToken.None));
    }

    [Fact]
    public async Task ClientResult_NobodyThere_FailsAtOnce()
    {
        await Should.ThrowAsync<IOException>(() => _one.Hub.Clients.Client("nobody").InvokeAsync<int>("Ask", CancellationToken.None));
    }

    [Fact]
    public async Task ClientResult_Cancelled_StopsWaiting()
    {
        TaskCompletionSource<int> never = new();
        _c.Connection.On("Ask", () => never.Task);
        using CancellationTokenSource cancel = new();
        Task<int> asking = _one.Hub.Clients.Client(_c.Id).InvokeAsync<int>("Ask", cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientResult_ClientGoes_FailsTheCall(bool isLocal)
    {
        PlainClient client = isLocal ? _a : _c;
        TaskCompletionSource asked = new();
        TaskCompletionSource<int> never = new();
        client.Connection.On("Ask", () =>
        {
            asked.TrySetResult();
            return never.Task;
        });
        Task<int> asking = _one.Hub.Clients.Client(client.Id).InvokeAsync<int>("Ask", CancellationToken.None);
        await asked.Task;

        await (isLocal ? _one : _two).DisconnectAsync(client.Id);

        Exception fault = await Should.ThrowAsync<Exception>(() => asking.WaitAsync(TimeSpan.FromSeconds(20)));
        (fault is IOException or HubException).ShouldBeTrue(fault.ToString());
    }

    private Task ExpectAsync(Func<IHubContext<PlainHub>, Task> send, params PlainClient[] receivers) => ExpectAsync(send, "x", receivers);

    private async Task ExpectAsync(Func<IHubContext<PlainHub>, Task> send, string text, params PlainClient[] receivers)
    {
        string marker = Guid.NewGuid().ToString("N");
        await send(_one.Hub);
        await _one.Hub.Clients.All.SendAsync("Say", marker);
        foreach (PlainClient client in new[] { _a, _b, _c })
        {
            await Eventually.TrueAsync(() => client.Said.Contains(marker), "the marker");
            client.Said.Count(said => said == text).ShouldBe(receivers.Contains(client) ? 1 : 0);
        }
    }

    // Subscribing returns before Redis has confirmed: send until each node hears the other.
    private async Task AwaitSubscriptionsAsync()
    {
        await Eventually.TrueAsync(
            () =>
            {
                _ = _one.Hub.Clients.Client(_c.Id).SendAsync("Say", "hello");
                _ = _two.Hub.Clients.Client(_a.Id).SendAsync("Say", "hello");
                return _a.Said.Count > 0 && _c.Said.Count > 0;
            },
            "nodes hear each other");
    }
}
