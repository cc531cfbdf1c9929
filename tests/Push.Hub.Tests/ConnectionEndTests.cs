using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Push.Hub.Connections;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Connections that end for a reason of ours are cut, and counted by it.</summary>
public sealed class ConnectionEndTests(RedisFixture redis)
{
    [Fact]
    public async Task NeverSaysWhichProtocol_IsCut()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:HandshakeTimeout", "00:00:00.200"));
        using RawHubClient silent = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()));
        node.Services.GetRequiredService<ConnectionGate>().Count.ShouldBe(1);

        (await silent.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20))).ShouldContain("Handshake was canceled");

        await Eventually.TrueAsync(() => counters["seckill.push.closed", CloseReasons.Handshake] == 1, "counted");
        node.Services.GetRequiredService<ConnectionGate>().Count.ShouldBe(0);
    }

    [Fact]
    public async Task FallsSilent_IsCut_WhileOneWhoPingsStays()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(
            redis, ("Seckill:HubConnections:KeepAliveInterval", "00:00:01"), ("Seckill:HubConnections:ClientTimeout", "00:00:03"));
        using RawHubClient silent = await RawHubClient.ConnectAsync(node, node.Token(Messages.NewUser()));
        using RawHubClient alive = await RawHubClient.ConnectAsync(node, node.Token(Messages.NewUser()));
        // SignalR waits for pings of those only who have pinged before.
        await silent.SendAsync("{\"type\":6}\u001e");
        using CancellationTokenSource stop = new();
        Task pinging = PingAsync(alive, stop.Token);

        string heard = await silent.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

        heard.ShouldContain("{\"type\":6}", customMessage: "the server's own pings");
        await Eventually.TrueAsync(() => counters["seckill.push.closed", CloseReasons.Timeout] == 1, "counted");
        node.Services.GetRequiredService<ConnectionGate>().Count.ShouldBe(1);
        await stop.CancelAsync();
        await pinging;
    }

    [Fact]
    public async Task TokenExpires_TheConnectionIsClosed_AndTheReasonCounted()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis);
        using RawHubClient expiring = await RawHubClient.ConnectAsync(node, node.TokenFor(Messages.NewUser(), endsIn: TimeSpan.FromSeconds(3)));
        await using HubConnection other = await node.OpenAsync(Messages.NewUser());

        string heard = await expiring.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));

        heard.ShouldContain($"\"type\":7,\"error\":\"{ConnectionExpiry.Reason}\",\"allowReconnect\":true");
        await Eventually.TrueAsync(() => counters["seckill.push.closed", CloseReasons.Expired] == 1, "counted");
        other.State.ShouldBe(HubConnectionState.Connected);
    }

    [Fact]
    public async Task SlowTimeoutsThatContradictEachOther_StopTheNodeAtStart()
    {
        OptionsValidationException refused = await Should.ThrowAsync<OptionsValidationException>(
            () => HubNode.StartAsync(redis, ("Seckill:HubConnections:KeepAliveInterval", "00:00:20"), ("Seckill:HubConnections:ClientTimeout", "00:00:30")));

        refused.Message.ShouldContain("ClientTimeout must be at least twice KeepAliveInterval");
    }

    private static async Task PingAsync(RawHubClient client, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await client.SendAsync("{\"type\":6}\u001e");
                await Task.Delay(TimeSpan.FromMilliseconds(300), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
