using System.Text.Json;
using Push.Hub.Tests.Support;
using Seckill.Client.Push;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>How a backlog comes: few frames, high messages first, each device from its own place.</summary>
public sealed class MailboxResumeTests(RedisFixture redis)
{
    [Fact]
    public async Task ThreeHundredMessages_AreThreeFrames()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync([.. Messages.Series(user, 0, 290), .. Enumerable.Range(0, 10).Select(i => Messages.To(user, $"h{i}", PushPriority.High))]);

        await using RawListener listener = await RawListener.ResumeAsync(node, user);
        await listener.ReceivedAsync(300);

        listener.Frames.Count.ShouldBe(3);
        listener.Seqs.ShouldBe(Enumerable.Range(1, 300).Select(seq => (long)seq));
    }

    [Fact]
    public async Task HighMessages_AreShownFirst_EachMessageOnce_AndThePositionIsTheLastOne()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync([.. Messages.Series(user, 0, 150), .. Enumerable.Range(0, 5).Select(i => Messages.To(user, $"h{i}", PushPriority.High))]);

        await using CollectingClient client = await node.ConnectAsync(user);
        await client.ReceivedAsync(155);
        await Eventually.TrueAsync(() => client.Client.Position.Seq == 155, "at the end");

        client.Ids.ShouldBe([.. Enumerable.Range(0, 5).Select(i => $"h{i}"), .. Messages.Ids(0, 150)]);
        client.Messages.Take(5).Select(message => (message.Seq, message.Ahead)).ShouldBe([(151, 151), (152, 152), (153, 153), (154, 154), (155, 155)]);
        client.Messages.Skip(5).ShouldAllBe(message => message.Ahead == 0);
        client.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task CopyAhead_HasNoSequenceNumber_SoThatNoClientTakesItForItsPosition()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync([Messages.To(user, "n"), Messages.To(user, "h", PushPriority.High)]);

        await using RawListener listener = await RawListener.ResumeAsync(node, user);
        await listener.ReceivedAsync(2);

        JsonElement[] frame = listener.Frames.Single();
        frame.Select(one => (one.GetProperty("seq").GetInt64(), one.GetProperty("id").GetString()))
            .Skip(1).ShouldBe([(0L, "h"), (1L, "n"), (2L, "h")]);
        frame[0].GetProperty("type").GetString().ShouldBe("push.position");
        frame[1].GetProperty("ahead").GetInt64().ShouldBe(2);
        frame[3].TryGetProperty("ahead", out _).ShouldBeFalse();
        await Should.ThrowAsync<Microsoft.AspNetCore.SignalR.HubException>(() => listener.AckAsync(3));
        await listener.AckAsync(2);
    }

    [Fact]
    public async Task TwoDevices_OneWasAway_BothGetEverything_EachOnce()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:AckWriteInterval", "00:00:00.050"));
        string user = Messages.NewUser();
        List<string> phone = [], desktop = [];
        await ListenAsync("phone", phone, 0, 10);
        await ListenAsync("desktop", desktop, 10, 10, missed: 10);
        await ListenAsync("phone", phone, 20, 10, missed: 10);
        await ListenAsync("desktop", desktop, 30, 10, missed: 10);

        phone.ShouldBe(Messages.Ids(0, 30));
        desktop.ShouldBe(Messages.Ids(0, 40));

        // A device comes without any position of its own, is there while some messages come, and goes when the mailbox knows that it has them.
        async Task ListenAsync(string device, List<string> shown, int first, int count, int missed = 0)
        {
            await using CollectingClient client = await node.ConnectAsync(user, device: device);
            await node.Mailboxes.AppendAsync(Messages.Series(user, first, count));
            await client.ReceivedAsync(count + missed);
            await Eventually.TrueAsync(
                async () => (await node.Mailboxes.ReadForResumeAsync(new UserId(user), MailboxPosition.Start, new DeviceId(device))).Entries.Count == 0, "confirmed by the device");
            shown.AddRange(client.Ids);
            client.Gaps.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task KnownDevice_MailboxOverflowedWhileItWasAway_IsToldOfTheGap()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        MailboxPosition head = (await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 10)))[^1].Position;
        await node.Mailboxes.AckAsync(new UserId(user), head with { Seq = 5 }, new DeviceId("phone"));
        await node.Mailboxes.AppendAsync(Messages.Series(user, 10, 400));

        await using CollectingClient client = await node.ConnectAsync(user, device: "phone");

        await client.ReceivedAsync(300);
        client.Gaps.ShouldBe([new PushGap(EpochChanged: false, Truncated: true)]);
    }
}
