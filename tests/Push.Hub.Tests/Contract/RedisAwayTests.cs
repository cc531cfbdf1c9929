using Microsoft.AspNetCore.SignalR.Protocol;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary>Two nodes whose Redis goes and comes back: each serves its own connections meanwhile, refuses in the open what it cannot do, and hears the other again by itself.</summary>
public sealed class RedisAwayTests(RedisFixture redis) : IAsyncLifetime
{
    private static readonly object?[] Hello = ["hello"];

    private readonly BackplanePair _pair = new(redis);
    private readonly MemoryConnection _here = new(new JsonHubProtocol(), "anna");
    private readonly MemoryConnection _there = new(new JsonHubProtocol(), "anna");

    public async ValueTask InitializeAsync()
    {
        await _pair.StartAsync();
        await _pair.One.OnConnectedAsync(_here.Context);
        await _pair.Two.OnConnectedAsync(_there.Context);
        await _pair.One.AddToGroupAsync(_there.Id, "g");
    }

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task LocalDeliveryGoesOn_AndTheNodesFindEachOtherAgain()
    {
        await redis.Server.StopAsync();
        try
        {
            MemoryConnection late = new(new JsonHubProtocol(), "bert");
            await _pair.One.OnConnectedAsync(late.Context);
            await _pair.One.AddToGroupAsync(late.Id, "g");

            // None of these is awaited yet: what is for others gives up later than what is for our own arrives.
            Task forAll = Task.WhenAll(
                _pair.One.SendAllAsync("Say", Hello),
                _pair.One.SendGroupAsync("g", "Say", Hello),
                _pair.One.SendUserAsync("anna", "Say", Hello));
            Task joining = _pair.One.AddToGroupAsync(_there.Id, "h");
            Task<int> askingThere = _pair.One.InvokeConnectionAsync<int>(_there.Id, "Ask", Hello, CancellationToken.None);
            foreach (MemoryConnection connection in new[] { late, late, _here, _here })
            {
                (await connection.ReadAsync()).Arguments.ShouldBe(Hello);
            }

            await forAll;
            await Should.ThrowAsync<IOException>(() => joining);
            await Should.ThrowAsync<IOException>(() => askingThere);
            Task<int> asking = _pair.One.InvokeConnectionAsync<int>(_here.Id, "Ask", Hello, CancellationToken.None);
            await _here.AnswerAsync(_pair.One, CompletionMessage.WithResult((await _here.ReadAsync()).InvocationId!, 42));
            (await asking).ShouldBe(42);

            await late.LeaveAsync(_pair.One);
            _pair.NodeOne.Connections.Count.ShouldBe(1);
        }
        finally
        {
            await redis.Server.StartAsync();
        }

        await _pair.AwaitHearingAsync();
        _there.IsSilent().ShouldBeTrue();
        await _pair.One.SendGroupAsync("g", "Say", Hello);
        (await _there.ReadAsync()).Arguments.ShouldBe(Hello);
    }

    [Fact]
    public async Task AllSubscribersCut_TheNodesFindEachOtherAgain()
    {
        (await RedisAdmin.KillSubscribersAsync(redis)).ShouldBeGreaterThan(0);

        await _pair.AwaitHearingAsync();
        await _pair.One.SendGroupAsync("g", "Say", Hello);
        (await _there.ReadAsync()).Arguments.ShouldBe(Hello);
    }
}
