using System.Text;
using Microsoft.Extensions.Options;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F11: a client keeps its connection open and does not read.</summary>
public sealed class F11_SlowConsumer(SharedStack shared) : WindowTest
{
    private const int PayloadBytes = 8_000;
    private const int MaxRounds = 2_000;

    private static readonly SaleId Flooded = new(long.MaxValue);

    /// <summary>
    /// Goal: one client in a hundred that stops reading costs the others nothing and the node no more than its bound. Method: 200 listeners are sent messages, and 2 clients that
    /// resume, watch a sale and then read nothing are flooded with that sale's news of 8 KB (a mailbox alone stops at the window of unconfirmed messages), until the hub has cut each at its byte bound; every listener
    /// must then have all of its own, in order.
    /// </summary>
    [Fact]
    public Task OneInAHundredStopsReading_ItIsCutAtItsBoundAndTheOthersAreServed() => ProveAsync(async (report, stop) =>
    {
        int listeners = Scale.Of(usual: 200, full: 1_000);
        int stuck = listeners / 100;
        ChaosStack stack = await shared.StackAsync(stop);
        ServiceProcess hub = stack.Hubs[0];
        await using Crowd crowd = new(stack);
        string[] users = crowd.NewUsers(listeners, "reader");
        string[] stuckUsers = crowd.NewUsers(stuck, "stuck");
        await crowd.ListenAsync(users, stop);
        using RedisConnection redis = new(stack.RedisConnection, "chaos-sender");
        MailboxStore mailboxes = new(redis, Options.Create(new MailboxOptions()), TimeProvider.System);
        SaleBroadcaster broadcaster = new(redis, TimeProvider.System);
        List<double> before = await SendAsync(mailboxes, crowd, users, "before", stop);

        List<StuckListener> stuckListeners = [];
        try
        {
            foreach (string user in stuckUsers)
            {
                stuckListeners.Add(await StuckListener.ConnectAsync(stack.HubUrls[0], stack.TokenFor(user), Flooded, stop));
            }

            double cutBefore = await CutAsync(hub);
            long memoryBefore = hub.ResidentBytes();
            int sent = 0;
            for (; sent < MaxRounds && await CutAsync(hub) - cutBefore < stuck; sent++)
            {
                await broadcaster.PublishAsync(Flooded, PushTypes.SaleStock, Payload(PayloadBytes));
            }

            double cut = await CutAsync(hub) - cutBefore;
            List<double> after = await SendAsync(mailboxes, crowd, users, "after", stop);
            report.Fired("stuck clients cut", (long)cut);
            report.Figure("KB sent to each stuck client before its cut", sent * PayloadBytes / 1024);
            report.Figure("hub memory grew by KB per stuck client", (hub.ResidentBytes() - memoryBefore) / 1024 / stuck);
            report.Figure("others p99 ms before", Percentile(before));
            report.Figure("others p99 ms with stuck ones", Percentile(after));
            cut.ShouldBeGreaterThanOrEqualTo(stuck, "a stuck client keeps its connection, and its queue grows without a bound");
            crowd.Log.Listeners.Values.ShouldAllBe(listener => listener.Received.Count(push => push.Seq > 0) == 2);
        }
        finally
        {
            foreach (StuckListener one in stuckListeners)
            {
                await one.DisposeAsync();
            }
        }
    });

    private static Task<double> CutAsync(ServiceProcess hub) => hub.SumAsync("seckill_push_slow_consumers_total");

    /// <returns>Milliseconds from sending to each listener.</returns>
    private static async Task<List<double>> SendAsync(MailboxStore mailboxes, Crowd crowd, string[] users, string id, CancellationToken stop)
    {
        DateTime sentAt = TimeProvider.System.GetUtcNow().UtcDateTime;
        await mailboxes.AppendAsync([.. users.Select(user => Message(user, id, 32))]);
        List<double> delays = [];
        foreach (string user in users)
        {
            ReceivedPush? push = null;
            await Local.Processes.Deadline.PollAsync(
                TimeSpan.FromSeconds(60), _ => Task.FromResult((push = crowd.Log.Listeners[user].Received.FirstOrDefault(one => one.Id == id)) is not null), stop);
            delays.Add((push.ShouldNotBeNull($"{user} was never sent '{id}'").At - sentAt).TotalMilliseconds);
        }

        return delays;
    }

    private static MailboxMessage Message(string user, string id, int bytes) =>
        new(new UserId(user), id, "test.filler", PushPriority.Normal, TimeSpan.FromMinutes(10), Payload(bytes));

    private static byte[] Payload(int bytes) => Encoding.UTF8.GetBytes($"\"{new string('x', bytes)}\"");

    private static double Percentile(List<double> values) => Math.Round(values.Order().ElementAt(values.Count * 99 / 100), 1);
}
