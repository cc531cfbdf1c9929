using Push.Hub.Tests.Support;
using Seckill.Client.Connections;
using Seckill.Client.Push;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>A real client of a real hub over a real Redis: nothing missed, nothing twice, always in order.</summary>
public sealed class MailboxDeliveryTests(RedisFixture redis)
{
    [Fact]
    public async Task ConnectedUser_MessageAppended_ReceivesItAtOnceAndInOrder()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);

        for (int i = 0; i < 50; i++)
        {
            await node.Mailboxes.AppendAsync([Messages.To(user, $"m{i}")]);
        }

        await client.ReceivedAsync(50);
        client.Ids.ShouldBe(Messages.Ids(0, 50));
        client.Messages.Select(message => message.Seq).ShouldBe(Enumerable.Range(1, 50).Select(seq => (long)seq));
        client.Gaps.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(TokenPlacement.Header)]
    [InlineData(TokenPlacement.Query)]
    public async Task UserAway_MessagesAppended_ReceivesThemOnResume(TokenPlacement placement)
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 250));

        await using CollectingClient client = await node.ConnectAsync(user, placement: placement);

        await client.ReceivedAsync(250);
        client.Ids.ShouldBe(Messages.Ids(0, 250));
    }

    [Fact]
    public async Task ClientReconnects_ContinuesAfterItsPosition_NothingTwice()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        PushPosition position;
        await using (CollectingClient first = await node.ConnectAsync(user))
        {
            await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 10));
            await first.ReceivedAsync(10);
            position = first.Client.Position;
        }

        await node.Mailboxes.AppendAsync(Messages.Series(user, 10, 10));
        await using CollectingClient second = await node.ConnectAsync(user, position);

        await second.ReceivedAsync(10);
        second.Ids.ShouldBe(Messages.Ids(10, 10));
        second.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task HubRestarts_ClientResumes_NothingLostNothingTwice()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        await using HubNode sender = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);
        await sender.Mailboxes.AppendAsync(Messages.Series(user, 0, 20));
        await client.ReceivedAsync(20);

        await node.StopAsync();
        await sender.Mailboxes.AppendAsync(Messages.Series(user, 20, 20));
        await node.StartAsync();
        await Eventually.TrueAsync(() => client.Client.Connects == 2, "reconnected");
        await sender.Mailboxes.AppendAsync(Messages.Series(user, 40, 20));

        await client.ReceivedAsync(60);
        client.Ids.ShouldBe(Messages.Ids(0, 60));
        client.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task TwoDevicesOnTwoNodes_BothReceiveEverything()
    {
        await using HubNode one = await HubNode.StartAsync(redis);
        await using HubNode other = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await using CollectingClient phone = await one.ConnectAsync(user);
        await using CollectingClient desktop = await other.ConnectAsync(user);

        await one.Mailboxes.AppendAsync(Messages.Series(user, 0, 30));

        await phone.ReceivedAsync(30);
        await desktop.ReceivedAsync(30);
        phone.Ids.ShouldBe(Messages.Ids(0, 30));
        desktop.Ids.ShouldBe(Messages.Ids(0, 30));
    }

    [Fact]
    public async Task MailboxOverflowedWhileAway_ClientIsToldOfTheGap()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        PushPosition position;
        await using (CollectingClient first = await node.ConnectAsync(user))
        {
            await node.Mailboxes.AppendAsync([Messages.To(user, "m0")]);
            await first.ReceivedAsync(1);
            position = first.Client.Position;
        }

        await node.Mailboxes.AppendAsync(Messages.Series(user, 1, 400));
        await using CollectingClient second = await node.ConnectAsync(user, position);

        await second.ReceivedAsync(300);
        second.Gaps.ShouldBe([new PushGap(EpochChanged: false, Truncated: true)]);
        second.Ids.ShouldBe(Messages.Ids(101, 300));
    }

    [Fact]
    public async Task MailboxLostWhileConnected_ClientIsToldOfTheNewLife()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 3));
        await client.ReceivedAsync(3);

        await RedisAdmin.DeleteMailboxAsync(redis, user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 3, 3));

        await client.ReceivedAsync(6);
        client.Ids.ShouldBe(Messages.Ids(0, 6));
        client.Gaps.ShouldBe([new PushGap(EpochChanged: true, Truncated: false)]);
        client.Client.Position.Seq.ShouldBe(3);
    }
}
