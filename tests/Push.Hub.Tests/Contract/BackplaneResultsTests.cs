using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary><see cref="ResultsContract"/> held against the backplane, and what two nodes add.</summary>
public sealed class BackplaneResultsTests : ResultsContract
{
    private readonly BackplanePair _pair;

    public BackplaneResultsTests(RedisFixture redis)
        : this(new BackplanePair(redis))
    {
    }

    private BackplaneResultsTests(BackplanePair pair)
        : base(pair)
    {
        _pair = pair;
    }

    // As SignalR's Redis backplane: the other node can only say so.
    protected override Type GoneElsewhere => typeof(HubException);

    [Fact]
    public async Task Cancelled_TheOtherNodeForgetsTheCall()
    {
        using CancellationTokenSource cancel = new();
        (Task<int> asking, string invocation) = await AskAsync<int>("c", cancel.Token);
        Two.TryGetReturnType(invocation, out _).ShouldBeTrue();

        await cancel.CancelAsync();

        await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience));
        await Eventually.TrueAsync(() => !Two.TryGetReturnType(invocation, out _), "the other node waits for nothing");
    }

    [Fact]
    public async Task OtherNodeDies_TheCallFails()
    {
        (Task<int> asking, _) = await AskAsync<int>("c");

        await _pair.NodeTwo.StopAsync();

        (await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience))).Message.ShouldBe($"Connection '{C.Id}' disconnected.");
    }

    [Fact]
    public async Task ClientThinksForLongerThanNodesWaitForEachOther_ItsAnswerStillCounts()
    {
        (Task<int> asking, string invocation) = await AskAsync<int>("d");

        // Past the reply time-out by half: the first node has asked whether the client still owes the answer.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        asking.IsCompleted.ShouldBeFalse();
        await AnswerAsync("d", CompletionMessage.WithResult(invocation, 42));

        (await asking.WaitAsync(Patience)).ShouldBe(42);
    }

    [Fact]
    public async Task ConnectionGoesBetweenLookUpAndCall_TheCallFails()
    {
        MemoryConnection fleeting = new(new JsonHubProtocol(), user: null);
        FleetingContext context = new(fleeting.Transport) { Protocol = new JsonHubProtocol() };
        await Two.OnConnectedAsync(context);
        Task leaving = Task.CompletedTask;
        context.WhenLookedAt = () => leaving = Two.OnDisconnectedAsync(context);

        Task<int> asking = One.InvokeConnectionAsync<int>(context.ConnectionId, "Ask", [], CancellationToken.None);

        (await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience))).Message.ShouldBe($"Connection '{context.ConnectionId}' disconnected.");
        context.WhenLookedAt.ShouldBeNull();
        await leaving;
    }

    [Fact]
    public async Task OtherNodesClientSpeaksAProtocolThatThisNodeLacks_TheCallFailsAtOnce()
    {
        MemoryConnection foreign = new(new InvertedProtocol("foreign"), user: null);
        await Two.OnConnectedAsync(foreign.Context);

        Task<int> asking = One.InvokeConnectionAsync<int>(foreign.Id, "Ask", [], CancellationToken.None);

        (await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience))).Message.ShouldContain("'foreign'");
    }

    [Fact]
    public async Task ResultThatTheProtocolReadAsAnotherType_FailsTheCall()
    {
        (Task<int> asking, string invocation) = await AskAsync<int>("a");

        await One.SetConnectionResultAsync(A.Id, CompletionMessage.WithResult(invocation, "forty-two"));

        (await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience))).Message.ShouldStartWith("Error trying to deserialize result to Int32.");
    }

    /// <summary>Something happens when its protocol is first looked at, which is after a node has found it.</summary>
    private sealed class FleetingContext(Microsoft.AspNetCore.Connections.ConnectionContext transport)
        : HubConnectionContext(transport, new HubConnectionContextOptions(), NullLoggerFactory.Instance)
    {
        public Action? WhenLookedAt { get; set; }

        public override IHubProtocol Protocol
        {
            get
            {
                Action? happening = WhenLookedAt;
                WhenLookedAt = null;
                happening?.Invoke();
                return base.Protocol;
            }

            set => base.Protocol = value;
        }
    }
}
