using Microsoft.AspNetCore.SignalR.Client;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>What a connection does not confirm: held back when it is too much, sent again when it takes too long, left in the end; and never lost.</summary>
public sealed class MailboxWindowTests(RedisFixture redis)
{
    private static readonly (string, string) SmallWindow = ("Seckill:Delivery:MaxUnackedMessages", "8");
    private static readonly (string, string) SoonAgain = ("Seckill:Delivery:ResendAfter", "00:00:00.200");
    private static readonly (string, string) NeverAgain = ("Seckill:Delivery:ResendAfter", "00:10:00");
    private static readonly (string, string) OftenCompared = ("Seckill:Delivery:PositionCheckInterval", "00:00:00.100");

    [Fact]
    public async Task WindowFull_LiveDeliveryWaits_AndGoesOnInOrderWhenConfirmed()
    {
        await using HubNode node = await HubNode.StartAsync(redis, SmallWindow, NeverAgain, OftenCompared);
        string user = Messages.NewUser();
        await using RawListener listener = await RawListener.ResumeAsync(node, user);
        for (int i = 0; i < 20; i++)
        {
            await node.Mailboxes.AppendAsync([Messages.To(user, $"m{i}")]);
        }

        await listener.ReceivedAsync(8);
        await listener.AckAsync(3);
        await SettleAsync(listener);
        int withTooLittleConfirmed = listener.Seqs.Count;
        await listener.AckAsync(8);
        await listener.ReceivedAsync(16);
        await listener.AckAsync(16);
        await listener.ReceivedAsync(20);

        withTooLittleConfirmed.ShouldBe(8);
        listener.Seqs.ShouldBe(Seqs(1, 20));
    }

    [Fact]
    public async Task BacklogOverTheWindow_ResumeAnswers_AndTheRestFollowsConfirmations()
    {
        await using HubNode node = await HubNode.StartAsync(redis, SmallWindow, NeverAgain);
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 250));
        await using RawListener raw = await RawListener.ResumeAsync(node, user);
        await using CollectingClient client = await node.ConnectAsync(user);

        await client.ReceivedAsync(250);
        await raw.ReceivedAsync(8);

        client.Ids.ShouldBe(Messages.Ids(0, 250));
        client.Gaps.ShouldBeEmpty();
        raw.Seqs.ShouldBe(Seqs(1, 8));
    }

    [Fact]
    public async Task MailboxLostWhileTheWindowIsFull_ConnectionIsBroughtToTheNewLife()
    {
        await using HubNode node = await HubNode.StartAsync(redis, SmallWindow, SoonAgain);
        string user = Messages.NewUser();
        await using RawListener listener = await RawListener.ResumeAsync(node, user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 20));
        await listener.ReceivedAsync(8);

        await RedisAdmin.DeleteMailboxAsync(redis, user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 20, 3));

        await Eventually.TrueAsync(() => listener.Envelopes.Any(one => one.GetProperty("id").GetString() == "m22"), "the new life");
    }

    /// <summary>Pages are shared between a user's connections; one that stands elsewhere must not be carried over what it lacks.</summary>
    [Fact]
    public async Task OneDeviceNeverConfirms_TheOtherGetsEverything_AndItGoesOnFromItsOwnPlace()
    {
        await using HubNode node = await HubNode.StartAsync(redis, SmallWindow, NeverAgain, OftenCompared);
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);
        await using RawListener watcher = await RawListener.ResumeAsync(node, user);
        for (int i = 0; i < 40; i++)
        {
            await node.Mailboxes.AppendAsync([Messages.To(user, $"m{i}")]);
        }

        await client.ReceivedAsync(40);
        await SettleAsync(watcher);
        int beforeItConfirmed = watcher.Seqs.Count;
        for (int confirmed = 8; confirmed <= 40; confirmed += 8)
        {
            await watcher.AckAsync(confirmed);
            await watcher.ReceivedAsync(Math.Min(confirmed + 8, 40));
        }

        beforeItConfirmed.ShouldBe(8);
        client.Ids.ShouldBe(Messages.Ids(0, 40));
        watcher.Seqs.ShouldBe(Seqs(1, 40));
    }

    [Fact]
    public async Task WhatIsNotConfirmed_IsSentAgain_AsOftenAsAllowed_AndTheConnectionStays()
    {
        using MeterReader resent = new("seckill.push.resent");
        await using HubNode node = await HubNode.StartAsync(redis, SoonAgain, ("Seckill:Delivery:MaxResends", "2"));
        string user = Messages.NewUser();
        await using RawListener listener = await RawListener.ResumeAsync(node, user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 3));

        await listener.ReceivedAsync(9);
        // The third time would be 800 ms after the second, and is never; what comes meanwhile is delivered all the same.
        await node.Mailboxes.AppendAsync(Messages.Series(user, 3, 1));
        await listener.ReceivedAsync(10);
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        double afterGivingUp = resent.Sum();
        // A sign of life: the rest gets its chances again.
        await listener.AckAsync(1);
        await listener.ReceivedAsync(16);

        listener.Seqs.ShouldBe([1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 2, 3, 4]);
        afterGivingUp.ShouldBe(6);
        listener.Connection.State.ShouldBe(HubConnectionState.Connected);
    }

    [Fact]
    public async Task ClientThatConfirms_GetsNothingAgain()
    {
        using MeterReader resent = new("seckill.push.resent");
        using MeterReader delivery = new("seckill.push.delivery_delay");
        using MeterReader ack = new("seckill.push.ack_delay");
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:ResendAfter", "00:00:01"));
        string user = Messages.NewUser();
        await using CollectingClient client = await node.ConnectAsync(user);
        for (int i = 0; i < 10; i++)
        {
            await node.Mailboxes.AppendAsync([Messages.To(user, $"m{i}")]);
            await client.ReceivedAsync(i + 1);
        }

        await Eventually.TrueAsync(() => ack.Values().Count >= 10, "every frame confirmed");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        resent.Sum().ShouldBe(0);
        client.Client.Duplicates.ShouldBe(0);
        delivery.Values().Count.ShouldBe(10);
        delivery.Values().ShouldAllBe(seconds => seconds >= 0 && seconds < 20);
        ack.Values().ShouldAllBe(seconds => seconds >= 0 && seconds < 20);
    }

    [Fact]
    public async Task WindowFullAndEverythingSentAgainInVain_ClosesTheConnection_AndAResumeHasTheRest()
    {
        using MeterReader slow = new("seckill.push.slow_consumers");
        await using HubNode node = await HubNode.StartAsync(redis, SmallWindow, SoonAgain, ("Seckill:Delivery:MaxResends", "1"));
        string user = Messages.NewUser();
        await using RawListener listener = await RawListener.ResumeAsync(node, user);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 20));

        await Eventually.TrueAsync(() => listener.Connection.State == HubConnectionState.Disconnected, "closed");
        await using RawListener again = await RawListener.ResumeAsync(node, user, EpochOf(listener), 8);
        await again.ReceivedAsync(8);

        listener.Seqs.ShouldBe([.. Seqs(1, 8), .. Seqs(1, 8)]);
        slow.Sum(("reason", "unconfirmed")).ShouldBe(1);
        again.Seqs.Take(8).ShouldBe(Seqs(9, 8));
    }

    private static IEnumerable<long> Seqs(int first, int count) => Enumerable.Range(first, count).Select(seq => (long)seq);

    private static string EpochOf(RawListener listener) =>
        listener.Envelopes.Last(one => one.GetProperty("type").GetString() == "push.position").GetProperty("payload").GetProperty("epoch").GetString()!;

    // Several position checks: what would wrongly be delivered is by then.
    private static async Task SettleAsync(RawListener listener)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(400), TestContext.Current.CancellationToken);
        listener.Connection.State.ShouldBe(HubConnectionState.Connected);
    }
}
