using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary>Groups: joined and left from either node, acknowledged, and left on disconnect. See <see cref="HubContract"/>.</summary>
public abstract class GroupsContract(IManagerPair pair) : HubContract(pair)
{
    private static readonly object?[] Hello = ["hello"];

    [Fact]
    public async Task Group_MembersOnBothNodes_AddedFromEitherNode()
    {
        await One.AddToGroupAsync(A.Id, "g");
        await One.AddToGroupAsync(C.Id, "g");
        await Two.AddToGroupAsync(B.Id, "g");

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello), A, B, C);
    }

    [Fact]
    public async Task Group_NobodyIn_OrOfOtherLetters()
    {
        await One.AddToGroupAsync(A.Id, "g");

        await ExpectAsync(node => node.SendGroupAsync("empty", "Say", Hello));
        await ExpectAsync(node => node.SendGroupAsync("G", "Say", Hello));
    }

    [Fact]
    public async Task AddedTwice_FromEitherNode_GetsItOnce()
    {
        foreach (MemoryConnection member in new[] { A, D })
        {
            await One.AddToGroupAsync(member.Id, "g");
            await One.AddToGroupAsync(member.Id, "g");
            await Two.AddToGroupAsync(member.Id, "g");
        }

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello), A, D);
    }

    [Fact]
    public async Task Removed_FromEitherNode_GetsNoMore()
    {
        foreach (MemoryConnection member in new[] { A, B, C, D })
        {
            await One.AddToGroupAsync(member.Id, "g");
        }

        await One.RemoveFromGroupAsync(A.Id, "g");
        await Two.RemoveFromGroupAsync(B.Id, "g");
        await One.RemoveFromGroupAsync(C.Id, "g");

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello), D);
    }

    [Fact]
    public async Task Removed_NeverAdded_DoesNothing()
    {
        await One.AddToGroupAsync(B.Id, "g");

        await One.RemoveFromGroupAsync(A.Id, "g");
        await One.RemoveFromGroupAsync(C.Id, "g");
        await One.RemoveFromGroupAsync(A.Id, "another");

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello), B);
    }

    [Fact]
    public async Task RemovedAndAddedAgain_GetsIt()
    {
        await One.AddToGroupAsync(C.Id, "g");
        await One.RemoveFromGroupAsync(C.Id, "g");
        await One.AddToGroupAsync(C.Id, "g");

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello), C);
    }

    [Fact]
    public async Task UnknownConnection_IsPassedOver()
    {
        await One.AddToGroupAsync("nobody", "g");
        await Two.RemoveFromGroupAsync("nobody", "g");

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello));
    }

    [Fact]
    public async Task Disconnected_LeavesItsGroups_TheOthersStay()
    {
        await One.AddToGroupAsync(A.Id, "g");
        await One.AddToGroupAsync(C.Id, "g");
        await One.AddToGroupAsync(D.Id, "g");

        await DisconnectAsync(One, A);
        await DisconnectAsync(Two, C);

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello), D);
        A.IsSilent().ShouldBeTrue();
        C.IsSilent().ShouldBeTrue();
    }

    [Fact]
    public async Task DisconnectedBefore_IsNotAdded()
    {
        await DisconnectAsync(Two, C);

        await One.AddToGroupAsync(C.Id, "g");
        await Two.AddToGroupAsync(C.Id, "g");

        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello));
        C.IsSilent().ShouldBeTrue();
    }

    [Fact]
    public async Task GroupExcept()
    {
        foreach (MemoryConnection member in new[] { A, B, C })
        {
            await One.AddToGroupAsync(member.Id, "g");
        }

        await ExpectAsync(node => node.SendGroupExceptAsync("g", "Say", Hello, [A.Id, D.Id, "nobody"]), B, C);
        await ExpectAsync(node => node.SendGroupExceptAsync("g", "Say", Hello, []), A, B, C);
    }

    [Fact]
    public async Task Groups_AMemberOfTwo_GetsItOnceForEach()
    {
        await One.AddToGroupAsync(A.Id, "g");
        await One.AddToGroupAsync(C.Id, "g");
        await One.AddToGroupAsync(C.Id, "h");
        await One.AddToGroupAsync(D.Id, "h");

        await ExpectAsync(node => node.SendGroupsAsync(["g", "h", "empty"], "Say", Hello), A, C, C, D);
        await ExpectAsync(node => node.SendGroupsAsync(["h", "h"], "Say", Hello), C, C, D, D);
        await ExpectAsync(node => node.SendGroupsAsync([], "Say", Hello));
    }

    [Fact]
    public async Task NoGroupOrConnectionNamed_IsAnArgumentFault_AndChangesNothing()
    {
        await One.AddToGroupAsync(A.Id, "g");

        await Should.ThrowAsync<ArgumentNullException>(async () => await One.SendGroupAsync(null!, "Say", Hello));
        await Should.ThrowAsync<ArgumentNullException>(async () => await One.SendGroupExceptAsync(null!, "Say", Hello, []));
        foreach (MemoryConnection connection in new[] { A, C })
        {
            await Should.ThrowAsync<ArgumentNullException>(async () => await One.RemoveFromGroupAsync(connection.Id, null!));
            await Should.ThrowAsync<ArgumentNullException>(async () => await One.AddToGroupAsync(connection.Id, null!));
        }

        await Should.ThrowAsync<ArgumentNullException>(async () => await One.AddToGroupAsync(null!, "g"));
        await Should.ThrowAsync<ArgumentNullException>(async () => await One.RemoveFromGroupAsync(null!, "g"));
        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello), A);

        // Its groups are walked when it leaves: a name that is none would stop that half-way.
        await DisconnectAsync(One, A);
        await ExpectAsync(node => node.SendGroupAsync("g", "Say", Hello));
    }
}
