using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Push.Hub.Backplane;
using Push.Hub.Tests.Contract;
using Push.Hub.Tests.Support;
using Seckill.Core.Push;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>A connection that is closed while something is being written to it.</summary>
public sealed class LocalConnectionTests
{
    private static readonly SerializedHubMessage Something = new([new SerializedMessage(PushFrame.Protocol, PushFrame.Encode(0, "\"type\":\"notice\"}"u8))]);

    [Fact]
    public async Task ClosedBehindAMessageThatIsBeingWritten_TheClientHearsWhy()
    {
        MemoryConnection client = new(new JsonHubProtocol(), "alice", isStuck: true);
        LocalConnection connection = new(client.Context, new BackplaneOptions { CloseTimeout = TimeSpan.FromMinutes(1) });
        connection.TrySend(Something).ShouldBeTrue();
        connection.QueuedBytes.ShouldBeGreaterThan(0, "the client takes nothing yet");

        connection.Close("push.draining: elsewhere");
        connection.TrySend(Something).ShouldBeFalse();

        (await client.ReadAsync<CloseMessage>()).Error.ShouldBe("push.draining: elsewhere");
        await Eventually.TrueAsync(() => connection.Aborted.IsCancellationRequested, "closed");
        connection.ClosedWith.ShouldBe("push.draining: elsewhere");
    }

    [Fact]
    public async Task ClosedWhileItTakesNothing_IsCutAllTheSame()
    {
        MemoryConnection client = new(new JsonHubProtocol(), "alice", isStuck: true);
        LocalConnection connection = new(client.Context, new BackplaneOptions { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        connection.TrySend(Something).ShouldBeTrue();

        connection.Close("push.draining: elsewhere");

        await Eventually.TrueAsync(() => connection.Aborted.IsCancellationRequested, "cut");
    }
}
