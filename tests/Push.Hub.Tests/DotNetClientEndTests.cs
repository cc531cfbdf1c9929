using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Client.Push;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>When the .NET client tries again, and when it does not.</summary>
public sealed class DotNetClientEndTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Revoked_SaysSo_AndDoesNotComeBack()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await using PushClient client = new(OptionsFor(node, user));
        await client.StartAsync().WaitAsync(Deadline);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 1));

        (await node.Services.GetRequiredService<RevocationStore>().RevokeAllAsync(new UserId(user))).ShouldBe(RevokeStatus.Revoked);

        (await EndOfAsync(client)).Code.ShouldBe(PushCodes.TokenRevoked);
        client.Connects.ShouldBe(1);
        client.IsConnected.ShouldBeFalse();
        counters["seckill.push.opened", "webSockets"].ShouldBe(1);
    }

    [Fact]
    public async Task DeviceThatIsNoName_IsNotTriedAgain()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis);
        await using PushClient client = new(OptionsFor(node, Messages.NewUser()) with { Device = "no device" });

        PushClosedException refused = await Should.ThrowAsync<PushClosedException>(() => client.StartAsync().WaitAsync(Deadline));

        refused.Code.ShouldBe("http-400");
        counters["seckill.push.connects_refused", PushCodes.BadDevice].ShouldBe(1);
        (await EndOfAsync(client)).Code.ShouldBe("http-400");
    }

    [Fact]
    public async Task PositionThatIsNone_IsNotTriedAgain()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        await using PushClient client = new(OptionsFor(node, Messages.NewUser()) with { Position = new PushPosition("", 7) });

        (await Should.ThrowAsync<PushClosedException>(() => client.StartAsync().WaitAsync(Deadline))).Code.ShouldBe(PushCodes.BadArgument);
    }

    [Fact]
    public async Task TurnedAwayForAWhile_WaitsForAsLongAsItIsTold_AndThenComesIn()
    {
        // Goal: the pause is the server's and not the client's own. Method: a clock that notes how long it is asked to wait, and does not.
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:MaxPerUser", "1"));
        string user = Messages.NewUser();
        RawHubClient first = await RawHubClient.ConnectAsync(node, node.Token(user));
        ImpatientTime time = new();
        await using PushClient client = new(OptionsFor(node, user) with { Time = time, MinBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(2) });

        Task starting = client.StartAsync();
        await Eventually.TrueAsync(() => time.Waits.Count >= 2, "turned away twice");
        first.Cut();
        await starting.WaitAsync(Deadline);

        // 5 s, more or less by half, in whole seconds.
        time.Waits.ShouldAllBe(wait => wait >= TimeSpan.FromSeconds(2) && wait <= TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task TokenExpired_ConnectsAgain_WithANewOne()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        int asked = 0;
        string last = node.Token(user), first = node.TokenFor(user, endsIn: TimeSpan.FromSeconds(4));
        await using CollectingClient client = new(OptionsFor(node, user) with { AccessToken = _ => ValueTask.FromResult(Interlocked.Increment(ref asked) == 1 ? first : last) });
        await client.StartAsync();

        await Eventually.TrueAsync(() => Volatile.Read(ref asked) > 1 && client.Client.IsConnected, "connected again");
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 1));

        await client.ReceivedAsync(1);
    }

    private static PushClientOptions OptionsFor(HubNode node, string user)
    {
        string token = node.Token(user);
        return new PushClientOptions { Hub = node.Hub, AccessToken = _ => ValueTask.FromResult(token), MinBackoff = TimeSpan.FromMilliseconds(20), MaxBackoff = TimeSpan.FromMilliseconds(100) };
    }

    private static async Task<PushClosedException> EndOfAsync(PushClient client) => await Should.ThrowAsync<PushClosedException>(async () =>
    {
        using CancellationTokenSource deadline = new(Deadline);
        await foreach (PushEvent _ in client.ReadAllAsync(deadline.Token))
        {
            // What came before the end.
        }
    });

    private sealed class ImpatientTime : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Waits { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Enqueue(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(20), period);
        }
    }
}
