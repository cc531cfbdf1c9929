using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary>Who gets a message: all, connections and users, less those excluded. See <see cref="HubContract"/>.</summary>
public abstract class TargetsContract(IManagerPair pair) : HubContract(pair)
{
    private static readonly object?[] Hello = ["hello"];

    [Fact]
    public Task All() => ExpectAsync(node => node.SendAllAsync("Say", Hello), A, B, C, D);

    [Fact]
    public async Task All_NotTheDisconnected()
    {
        await DisconnectAsync(One, A);
        await DisconnectAsync(Two, D);

        await ExpectAsync(node => node.SendAllAsync("Say", Hello), B, C);
        A.IsSilent().ShouldBeTrue();
        D.IsSilent().ShouldBeTrue();
    }

    [Fact]
    public Task AllExcept() => ExpectAsync(node => node.SendAllExceptAsync("Say", Hello, [A.Id, D.Id, "nobody"]), B, C);

    [Fact]
    public Task AllExceptNone() => ExpectAsync(node => node.SendAllExceptAsync("Say", Hello, []), A, B, C, D);

    [Fact]
    public Task AllExceptAll() => ExpectAsync(node => node.SendAllExceptAsync("Say", Hello, [A.Id, B.Id, C.Id, D.Id]));

    [Fact]
    public async Task Connection_OnEitherNode()
    {
        await ExpectAsync(node => node.SendConnectionAsync(A.Id, "Say", Hello), A);
        await ExpectAsync(node => node.SendConnectionAsync(D.Id, "Say", Hello), D);
    }

    [Fact]
    public Task Connection_Unknown_IsPassedOver() => ExpectAsync(node => node.SendConnectionAsync("nobody", "Say", Hello));

    [Fact]
    public async Task Connection_Disconnected_IsPassedOver()
    {
        await DisconnectAsync(Two, C);

        await ExpectAsync(node => node.SendConnectionAsync(C.Id, "Say", Hello));
        C.IsSilent().ShouldBeTrue();
    }

    [Fact]
    public Task Connections_OnBothNodes_UnknownPassedOver() =>
        ExpectAsync(node => node.SendConnectionsAsync([A.Id, "nobody", D.Id, C.Id], "Say", Hello), A, C, D);

    [Fact]
    public Task Connections_NamedTwice_GetItOnce() =>
        ExpectAsync(node => node.SendConnectionsAsync([A.Id, C.Id, A.Id, C.Id], "Say", Hello), A, C);

    [Fact]
    public Task Connections_None() => ExpectAsync(node => node.SendConnectionsAsync([], "Say", Hello));

    [Fact]
    public async Task User_AllConnectionsOnAllNodes()
    {
        await ExpectAsync(node => node.SendUserAsync("anna", "Say", Hello), A, C);
        await ExpectAsync(node => node.SendUserAsync("carl", "Say", Hello), D);
    }

    [Fact]
    public async Task User_OneOfTheConnectionsGone_TheOtherStillGetsIt()
    {
        await DisconnectAsync(One, A);

        await ExpectAsync(node => node.SendUserAsync("anna", "Say", Hello), C);
    }

    [Fact]
    public async Task User_UnknownOrOfOtherLetters_IsPassedOver()
    {
        await ExpectAsync(node => node.SendUserAsync("nobody", "Say", Hello));
        await ExpectAsync(node => node.SendUserAsync("ANNA", "Say", Hello));
    }

    [Fact]
    public Task Users_OnBothNodes() => ExpectAsync(node => node.SendUsersAsync(["anna", "carl", "nobody"], "Say", Hello), A, C, D);

    [Fact]
    public Task Users_NamedTwice_GetItOnce() => ExpectAsync(node => node.SendUsersAsync(["anna", "bert", "anna"], "Say", Hello), A, B, C);

    [Fact]
    public Task Users_None() => ExpectAsync(node => node.SendUsersAsync([], "Say", Hello));

    [Fact]
    public async Task NoConnectionOrUserNamed_IsAnArgumentFault()
    {
        await Should.ThrowAsync<ArgumentNullException>(async () => await One.SendConnectionAsync(null!, "Say", Hello));
        await ExpectSaidAsync(One);
    }

    [Fact]
    public async Task OneConnectionFails_TheOthersGetIt()
    {
        A.BreakTransport();
        C.BreakTransport();

        await One.SendAllAsync("Say", Hello);
        await One.SendUserAsync("anna", "Say", Hello);

        (await B.ReadAsync()).Arguments.ShouldBe(Hello);
        (await D.ReadAsync()).Arguments.ShouldBe(Hello);
    }
}
