using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Connections;
using Push.Hub.Tests.Support;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>A user's tokens are revoked while he is connected.</summary>
public sealed class RevocationTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Revoked_LiveConnectionsClose_NewOnesAreRefused_AndOthersStay()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis);
        string mallory = Messages.NewUser(), alice = Messages.NewUser();
        await using HubConnection first = await node.OpenAsync(mallory), second = await node.OpenAsync(mallory), other = await node.OpenAsync(alice);
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously), alsoClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        first.Closed += _ => Done(closed);
        second.Closed += _ => Done(alsoClosed);
        string stolen = node.Token(mallory);
        VerifiedTokens tokens = node.Services.GetRequiredService<VerifiedTokens>();
        tokens.Verify(stolen, out _).ShouldBe(TokenFault.None);

        (await node.Services.GetRequiredService<RevocationStore>().RevokeAllAsync(new UserId(mallory))).ShouldBe(RevokeStatus.Revoked);

        await Task.WhenAll(closed.Task, alsoClosed.Task).WaitAsync(Deadline);
        tokens.Verify(stolen, out _).ShouldBe(TokenFault.Revoked);
        await Eventually.TrueAsync(() => counters["seckill.push.closed", CloseReasons.Revoked] == 2, "both are counted by their reason");
        other.State.ShouldBe(HubConnectionState.Connected);
        await other.InvokeAsync("Resume", "", 0L);
    }

    private static Task Done(TaskCompletionSource source)
    {
        source.TrySetResult();
        return Task.CompletedTask;
    }
}
