using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
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

    /// <summary>Each poll may bring a newer token than the one that the connection began with.</summary>
    [Fact]
    public async Task LongPollsBringANewerToken_TheConnectionOutlivesTheFirstOne()
    {
        TimeSpan life = TimeSpan.FromSeconds(8);
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser(), first = node.TokenFor(user, endsIn: life);
        long issuedAt = TimeProvider.System.GetTimestamp();
        using HttpClient http = new();
        using JsonDocument negotiated = JsonDocument.Parse(await CallAsync(http, HttpMethod.Post, new Uri(node.Hub + "/negotiate?negotiateVersion=1"), first));
        Uri connection = new($"{node.Hub}?id={negotiated.RootElement.GetProperty("connectionToken").GetString()}");
        await CallAsync(http, HttpMethod.Get, connection, first); // The first poll only begins it.
        await CallAsync(http, HttpMethod.Post, connection, first, "{\"protocol\":\"json\",\"version\":1}\u001e");

        string later = node.Token(user), heard = string.Empty;
        while (TimeProvider.System.GetElapsedTime(issuedAt) < life + TimeSpan.FromSeconds(3))
        {
            heard += await CallAsync(http, HttpMethod.Get, connection, later);
            await Task.Delay(250); // A call in a quarter of a second is no flood.
            await CallAsync(http, HttpMethod.Post, connection, later, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Unwatch\",\"arguments\":[\"1\"]}\u001e");
        }

        heard.ShouldContain("\"invocationId\":\"1\"");
        heard.ShouldNotContain(ConnectionExpiry.Reason);
    }

    private static async Task<string> CallAsync(HttpClient http, HttpMethod method, Uri address, string token, string? body = null)
    {
        using HttpRequestMessage request = new(method, address) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await http.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{method} {address}");
        return await answer.Content.ReadAsStringAsync();
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
