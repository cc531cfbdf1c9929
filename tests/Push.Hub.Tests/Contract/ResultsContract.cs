using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary>Client results: asked of a connection on either node, in either protocol. See <see cref="HubContract"/>.</summary>
public abstract class ResultsContract(IManagerPair pair) : HubContract(pair)
{
    private static readonly object?[] Question = ["question"];

    /// <summary>The connections by name: a (JSON) and b (inverted) on the node that asks, c and d on the other.</summary>
    public static TheoryData<string> Connections => ["a", "b", "c", "d"];

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task Result(string name)
    {
        (Task<int> asking, string invocation) = await AskAsync<int>(name);

        await AnswerAsync(name, CompletionMessage.WithResult(invocation, 42));

        (await asking.WaitAsync(Patience)).ShouldBe(42);
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task Result_Null(string name)
    {
        (Task<string?> asking, string invocation) = await AskAsync<string?>(name);

        await AnswerAsync(name, CompletionMessage.WithResult(invocation, null));

        (await asking.WaitAsync(Patience)).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task Error_IsThrown(string name)
    {
        (Task<int> asking, string invocation) = await AskAsync<int>(name);

        await AnswerAsync(name, CompletionMessage.WithError(invocation, "the client says no"));

        (await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience))).Message.ShouldBe("the client says no");
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task WrongType_IsThrown(string name)
    {
        (Task<int> asking, string invocation) = await AskAsync<int>(name);

        await AnswerAsync(name, CompletionMessage.WithResult(invocation, "forty-two"));

        (await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience))).Message.ShouldStartWith("Error trying to deserialize result to Int32.");
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task NullWhereNoneCanBe_IsThrown(string name)
    {
        (Task<int> asking, string invocation) = await AskAsync<int>(name);

        await AnswerAsync(name, CompletionMessage.WithResult(invocation, null));

        await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience));
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task Cancelled_StopsWaiting_AndALateAnswerIsNoFault(string name)
    {
        using CancellationTokenSource cancel = new();
        (Task<int> asking, string invocation) = await AskAsync<int>(name, cancel.Token);

        await cancel.CancelAsync();

        (await Should.ThrowAsync<HubException>(() => asking.WaitAsync(Patience))).Message.ShouldBe("Invocation canceled by the server.");
        await NodeOf(name).SetConnectionResultAsync(Named(name).Id, CompletionMessage.WithResult(invocation, 1));
        One.TryGetReturnType(invocation, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task CancelledBefore_TheClientIsNotAsked()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => One.InvokeConnectionAsync<int>(A.Id, "Ask", Question, new CancellationToken(canceled: true)));

        await ExpectSaidAsync(One);
    }

    [Fact]
    public async Task ClientOfTheSameNodeGoes_FailsTheCall()
    {
        (Task<int> asking, _) = await AskAsync<int>("a");

        await DisconnectAsync(One, A);

        (await Should.ThrowAsync<IOException>(() => asking.WaitAsync(Patience))).Message.ShouldBe($"Connection '{A.Id}' disconnected.");
    }

    [Fact]
    public async Task ClientOfTheOtherNodeGoes_FailsTheCall()
    {
        (Task<int> asking, _) = await AskAsync<int>("d");

        await DisconnectAsync(Two, D);

        Exception fault = await Should.ThrowAsync<Exception>(() => asking.WaitAsync(Patience));
        fault.ShouldBeOfType(GoneElsewhere);
        fault.Message.ShouldBe($"Connection '{D.Id}' disconnected.");
    }

    [Fact]
    public async Task UnknownConnection_FailsAtOnce()
    {
        IOException fault = await Should.ThrowAsync<IOException>(() => One.InvokeConnectionAsync<int>("nobody", "Ask", Question, CancellationToken.None));
        fault.Message.ShouldBe("Connection 'nobody' does not exist.");
        await Should.ThrowAsync<ArgumentNullException>(async () => await One.InvokeConnectionAsync<int>(null!, "Ask", Question, CancellationToken.None));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("c", "d")]
    public async Task AnswerOfAnotherConnection_IsRefused_AndTheCallGoesOn(string name, string other)
    {
        (Task<int> asking, string invocation) = await AskAsync<int>(name);

        await Should.ThrowAsync<InvalidOperationException>(
            async () => await NodeOf(other).SetConnectionResultAsync(Named(other).Id, CompletionMessage.WithResult(invocation, 666)));

        asking.IsCompleted.ShouldBeFalse();
        await AnswerAsync(name, CompletionMessage.WithResult(invocation, 42));
        (await asking.WaitAsync(Patience)).ShouldBe(42);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("c")]
    public async Task BothNodesAskTheSameConnection_AnswersDoNotCollide(string name)
    {
        Task<int> one = One.InvokeConnectionAsync<int>(Named(name).Id, "Ask", ["one"], CancellationToken.None);
        Task<int> two = Two.InvokeConnectionAsync<int>(Named(name).Id, "Ask", ["two"], CancellationToken.None);
        Task<int> again = One.InvokeConnectionAsync<int>(Named(name).Id, "Ask", ["again"], CancellationToken.None);

        Dictionary<string, string> invocations = [];
        for (int i = 0; i < 3; i++)
        {
            InvocationMessage asked = await Named(name).ReadAsync();
            invocations.Add((string)asked.Arguments[0]!, asked.InvocationId!);
        }

        await AnswerAsync(name, CompletionMessage.WithResult(invocations["again"], 3));
        await AnswerAsync(name, CompletionMessage.WithError(invocations["two"], "no"));
        await AnswerAsync(name, CompletionMessage.WithResult(invocations["one"], 1));

        (await one.WaitAsync(Patience)).ShouldBe(1);
        (await again.WaitAsync(Patience)).ShouldBe(3);
        await Should.ThrowAsync<HubException>(() => two.WaitAsync(Patience));
    }

    [Fact]
    public async Task AnswerThatNobodyAwaits_IsPassedOver()
    {
        One.TryGetReturnType("nothing", out _).ShouldBeFalse();
        await One.SetConnectionResultAsync(A.Id, CompletionMessage.WithResult("nothing", 1));
    }

    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>What the caller sees when the client of another node goes.</summary>
    protected abstract Type GoneElsewhere { get; }

    protected MemoryConnection Named(string name) => name switch { "a" => A, "b" => B, "c" => C, _ => D };

    protected HubLifetimeManager<PlainHub> NodeOf(string name) => name is "a" or "b" ? One : Two;

    /// <summary>Asks from the first node, and reads the question at the client.</summary>
    protected async Task<(Task<T> Asking, string Invocation)> AskAsync<T>(string name, CancellationToken cancellation = default)
    {
        Task<T> asking = One.InvokeConnectionAsync<T>(Named(name).Id, "Ask", Question, cancellation);
        InvocationMessage asked = await Named(name).ReadAsync();
        asked.Target.ShouldBe("Ask");
        asked.Arguments.ShouldBe(Question);
        return (asking, asked.InvocationId.ShouldNotBeNull());
    }

    protected Task AnswerAsync(string name, CompletionMessage answer) => Named(name).AnswerAsync(NodeOf(name), answer);
}
