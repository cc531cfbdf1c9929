using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>
/// The backplane under SignalR's own dispatcher and real sockets; the contract itself is in Contract/. Three clients: a and b on the first node, c on the second.
/// Everything is sent from the first node, then a marker to all: what a client has when the marker arrives is all it will get.
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
    public async Task ClosedSocket_LeavesItsGroups()
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

    private async Task ExpectAsync(Func<IHubContext<PlainHub>, Task> send, params PlainClient[] receivers)
    {
        string marker = Guid.NewGuid().ToString("N");
        await send(_one.Hub);
        await _one.Hub.Clients.All.SendAsync("Say", marker);
        foreach (PlainClient client in new[] { _a, _b, _c })
        {
            await Eventually.TrueAsync(() => client.Said.Contains(marker), "the marker");
            client.Said.Count(said => said == "x").ShouldBe(receivers.Contains(client) ? 1 : 0);
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
