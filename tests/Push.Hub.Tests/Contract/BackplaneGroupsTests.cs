using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary><see cref="GroupsContract"/> held against the backplane, and what it adds.</summary>
public sealed class BackplaneGroupsTests : GroupsContract
{
    private readonly BackplanePair _pair;

    public BackplaneGroupsTests(RedisFixture redis)
        : this(new BackplanePair(redis))
    {
    }

    private BackplaneGroupsTests(BackplanePair pair)
        : base(pair)
    {
        _pair = pair;
    }

    [Fact]
    public async Task Acknowledged_MeansThatTheOtherNodeHasDoneIt()
    {
        await One.AddToGroupAsync(C.Id, "g");
        _pair.NodeTwo.Connections.GroupCount.ShouldBe(1);

        await One.RemoveFromGroupAsync(C.Id, "g");
        _pair.NodeTwo.Connections.GroupCount.ShouldBe(0);
    }

    [Fact]
    public async Task Disconnected_NothingIsLeftInTheIndexes()
    {
        await One.AddToGroupAsync(C.Id, "g");
        await One.AddToGroupAsync(C.Id, "h");

        await DisconnectAsync(Two, C);
        await DisconnectAsync(Two, D);

        _pair.NodeTwo.Connections.GroupCount.ShouldBe(0);
        _pair.NodeTwo.Connections.Count.ShouldBe(0);
        _pair.NodeTwo.Connections.OfUser("anna").ShouldBeEmpty();
    }

    [Fact]
    public async Task Groups_EmptyNamesArePassedOver()
    {
        await One.AddToGroupAsync(A.Id, "g");

        await ExpectAsync(node => node.SendGroupsAsync([string.Empty, "g", null!], "Say", ["hello"]), A);
        await Should.ThrowAsync<ArgumentNullException>(async () => await One.SendGroupsAsync(null!, "Say", []));
        await ExpectAsync(node => node.SendGroupExceptAsync("g", "Say", ["hello"], null!), A);
    }
}
