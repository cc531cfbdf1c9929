using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Client.Connections;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Whatever a client sends is refused by name and changes nothing.</summary>
public sealed class BadInputTests(RedisFixture redis)
{
    [Theory]
    [InlineData("Resume", PushCodes.BadArgument, "", -1L)]
    [InlineData("Resume", PushCodes.BadArgument, "", 5L)]
    [InlineData("Resume", PushCodes.BadArgument, null, 0L)]
    [InlineData("Resume", PushCodes.BadArgument, "an epoch that is far longer than any epoch that the server ever gave out", 0L)]
    [InlineData("Ack", PushCodes.BadArgument, 0L)]
    [InlineData("Ack", PushCodes.BadArgument, -7L)]
    [InlineData("Ack", PushCodes.NotResumed, 1L)]
    [InlineData("Watch", PushCodes.BadArgument, "")]
    [InlineData("Watch", PushCodes.BadArgument, "-1")]
    [InlineData("Watch", PushCodes.BadArgument, "sale:1")]
    [InlineData("Watch", PushCodes.BadArgument, new object?[] { null })]
    [InlineData("Unwatch", PushCodes.BadArgument, "99999999999999999999")]
    [InlineData("Nothing", "Failed to invoke 'Nothing'")]
    [InlineData("Ack", "Failed to invoke 'Ack'", "text")]
    [InlineData("Resume", "Failed to invoke 'Resume'", "too few")]
    public async Task BadCall_IsRefusedWithItsCode(string method, string expected, params object?[] arguments)
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        await using HubConnection connection = await node.OpenAsync(Messages.NewUser());

        HubException refusal = await Should.ThrowAsync<HubException>(() => connection.InvokeCoreAsync(method, typeof(object), arguments));

        refusal.Message.ShouldContain(expected);
        connection.State.ShouldBe(HubConnectionState.Connected);
    }

    [Fact]
    public async Task AckOfWhatWasNotDelivered_IsRefused()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 2));
        await using HubConnection connection = await node.OpenAsync(user);
        await connection.InvokeAsync("Resume", "", 0L);

        await connection.InvokeAsync("Ack", 2L);
        await connection.InvokeAsync("Ack", 1L);
        HubException refusal = await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("Ack", 3L));

        refusal.Message.ShouldContain(PushCodes.AckAhead);
    }

    [Fact]
    public async Task TooManyWatched_IsRefused_UntilOneIsGivenUp()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Hub:MaxWatchedSales", "2"));
        await using HubConnection connection = await node.OpenAsync(Messages.NewUser());
        await connection.InvokeAsync("Watch", "1");
        await connection.InvokeAsync("Watch", "2");
        await connection.InvokeAsync("Watch", "2");

        HubException refusal = await Should.ThrowAsync<HubException>(() => connection.InvokeAsync("Watch", "3"));
        await connection.InvokeAsync("Unwatch", "1");
        await connection.InvokeAsync("Watch", "3");

        refusal.Message.ShouldContain(PushCodes.TooManyWatched);
    }

    [Fact]
    public async Task FloodOfResumes_IsRefused_AndTheFlooderIsCutOff()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        await using HubConnection connection = await node.OpenAsync(Messages.NewUser());
        int refused = 0;
        for (int i = 0; i < 200 && connection.State == HubConnectionState.Connected; i++)
        {
            try
            {
                await connection.InvokeAsync("Resume", "", 0L);
            }
            catch (HubException refusal) when (refusal.Message.Contains(PushCodes.TooManyCalls, StringComparison.Ordinal))
            {
                refused++;
            }
            catch (Exception fault) when (fault is HubException or InvalidOperationException or OperationCanceledException or IOException)
            {
                break;
            }
        }

        await Eventually.TrueAsync(() => connection.State == HubConnectionState.Disconnected, "cut off");
        refused.ShouldBeInRange(40, 60);
    }

    [Fact]
    public async Task OversizedFrame_ClosesTheConnection()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        await using HubConnection connection = await node.OpenAsync(Messages.NewUser());

        await Should.ThrowAsync<Exception>(() => connection.InvokeAsync("Watch", new string('1', 10_000)));

        await Eventually.TrueAsync(() => connection.State == HubConnectionState.Disconnected, "closed");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not.a.token")]
    public async Task NoOrForgedToken_IsNotLetIn(string? token)
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        WebSocketConnectionFactory factory = new(token is null ? null : _ => ValueTask.FromResult(token));

        WebSocketException refusal = await Should.ThrowAsync<WebSocketException>(async () => await factory.ConnectAsync(new UriEndPoint(node.Hub)));

        refusal.Data["status"].ShouldBe((int)HttpStatusCode.Unauthorized);
    }
}
