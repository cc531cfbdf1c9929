using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Calls as <c>seckill.push.call_duration</c> has them.</summary>
public sealed class CallMeterTests(RedisFixture redis)
{
    [Fact]
    public async Task Calls_AreMeasuredByMethodAndOutcome_AndNoClientCanMakeUpAMethod()
    {
        using MeterReader calls = new("seckill.push.call_duration");
        await using HubNode node = await HubNode.StartAsync(redis);
        await using HubConnection connection = await node.OpenAsync(Messages.NewUser());

        await connection.InvokeAsync("resume", "", 0L);
        await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("unwatch", "no sale"));
        await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("made-up"));

        calls.Values(("method", "Resume"), ("outcome", "ok")).ShouldNotBeEmpty();
        calls.Values(("method", "Unwatch"), ("outcome", "refused")).ShouldNotBeEmpty();
        calls.Values(("method", "made-up")).ShouldBeEmpty();
        calls.Values(("method", "resume")).ShouldBeEmpty();
    }
}
