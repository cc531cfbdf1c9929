using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Backplane;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Client.Push;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Integration.Stock;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>
/// Goal: whatever happens and in whatever order, each device of a user shows each message once, in order but for what came ahead, and is told when something is missing. Method: random schedules of appends of both
/// priorities, repeated appends, lost wake-ups and cut connections, with pages, window and mailbox so small that all their bounds are met. <c>SECKILL_SEED</c> plays a run again; a failure is shrunk.
/// </summary>
public sealed class MailboxScheduleTests(RedisFixture redis)
{
    private const int Runs = 10;
    private const int MaxRounds = 4;

    private int _ahead;
    private int _gaps;
    private int _reconnects;
    private int _pauses;

    [Fact]
    public async Task AnySchedule_EachDeviceShowsEachMessageOnce_InOrder_AndGapsAreTold()
    {
        ulong seed = Environment.GetEnvironmentVariable("SECKILL_SEED") is { } given ? ulong.Parse(given) : (ulong)Random.Shared.NextInt64();
        TestContext.Current.TestOutputHelper!.WriteLine($"SECKILL_SEED={seed}");
        using MeterReader paused = new("seckill.push.paused");
        await using HubNode node = await HubNode.StartAsync(
            redis, ("Seckill:Mailbox:MaxMessages", "48"), ("Seckill:Mailbox:PageMessages", "5"), ("Seckill:Delivery:MaxUnackedMessages", "8"), ("Seckill:Delivery:ResendAfter", "00:00:00.100"),
            ("Seckill:Delivery:MaxResends", "10"), ("Seckill:Delivery:PositionCheckInterval", "00:00:00.100"), ("Seckill:Hub:ResumeBurst", "1000"), ("Seckill:Hub:CallBurst", "10000"));

        ShrinkBudget shrinking = new();

        // Chance leaves out what is rare now and then: further rounds until all was met.
        for (ulong round = 0; round < MaxRounds && Math.Min(Math.Min(_ahead, _gaps), Math.Min(_reconnects, _pauses)) == 0; round++)
        {
            Config config = Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(new Replay(new Rnd(seed + round), null));

            // On a thread of its own: the runner blocks the thread that calls it.
            await Task.Run(() => Check.One(config, Prop.ForAll<int[]>(steps => shrinking.TryAsync(() => RunAsync(node, steps)))));
            _pauses = (int)paused.Sum();
        }

        // A run that never met one of these has shown nothing about it.
        _ahead.ShouldBeGreaterThan(0, $"seed {seed}");
        _gaps.ShouldBeGreaterThan(0, $"seed {seed}");
        _reconnects.ShouldBeGreaterThan(0, $"seed {seed}");
        _pauses.ShouldBeGreaterThan(0, $"seed {seed}");
    }

    private async Task RunAsync(HubNode node, int[] steps)
    {
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync([Messages.To(user, "first")]);
        await using CollectingClient phone = await node.ConnectAsync(user, device: "phone");
        await using CollectingClient desktop = await node.ConnectAsync(user);
        await phone.ReceivedAsync(1);
        await desktop.ReceivedAsync(1);
        List<string> sent = ["first"];
        foreach (int step in steps)
        {
            int choice = Math.Abs(step % 100);
            await (step switch
            {
                _ when step % 7 == 0 => LoseWakeUpsAsync(node, user),
                _ when step % 5 == 0 => CutAsync(node, user, choice % 2),
                _ when step % 11 == 0 => node.Mailboxes.AppendAsync([Messages.To(user, sent[choice % sent.Count])]),
                _ => AppendAsync(node, user, 1 + (choice % 20), step, sent),
            });
        }

        await AppendAsync(node, user, 1, step: 0, sent);
        foreach (CollectingClient client in new[] { phone, desktop })
        {
            await Eventually.TrueAsync(() => client.Ids.Contains(sent[^1]) && !IsCatchingUp(client), $"the last of {sent.Count} messages");
            Audit(client, sent);
            _ahead += client.Messages.Count(message => message.Ahead > 0);
            _gaps += client.Gaps.Count;
            _reconnects += client.Client.Connects - 1;
        }

        bool IsCatchingUp(CollectingClient client) => client.Client.Position.Seq < client.Messages.Max(message => message.Seq);
    }

    private static void Audit(CollectingClient client, List<string> sent)
    {
        IReadOnlyList<PushMessage> shown = client.Messages;
        shown.Select(message => message.Id).ShouldBeUnique();
        shown.ShouldAllBe(message => message.Ahead == 0 || message.Priority == "high");
        shown.Where(message => message.Ahead == 0).Select(message => message.Seq).ShouldBeInOrder();
        shown.Where(message => message.Priority == "high").Select(message => message.Seq).ShouldBeInOrder();
        foreach (PushMessage message in shown)
        {
            sent[(int)message.Seq - 1].ShouldBe(message.Id);
        }

        (shown.Count == sent.Count || client.Gaps.Count > 0).ShouldBeTrue($"{sent.Count - shown.Count} messages are missing, and nothing was said");
    }

    // Both priorities, in runs of three.
    private static async Task AppendAsync(HubNode node, string user, int count, int step, List<string> sent)
    {
        MailboxMessage[] batch =
            [.. Enumerable.Range(0, count).Select(i => Messages.To(user, $"m{sent.Count + i}", ((i + Math.Abs(step % 6)) / 3 % 2) == 0 ? PushPriority.Normal : PushPriority.High))];
        await node.Mailboxes.AppendAsync(batch);
        sent.AddRange(batch.Select(message => message.Id));
    }

    private static Task LoseWakeUpsAsync(HubNode node, string user) =>
        node.Services.GetRequiredService<RedisConnection>().RunAsync(db => db.KeyDeleteAsync(new MailboxKeys(new UserId(user)).Nodes));

    private static Task CutAsync(HubNode node, string user, int which)
    {
        LocalConnection[] connections = [.. node.Services.GetRequiredService<LocalConnections<PushHub>>().All.Select(one => one.Value).Where(one => one.User == user)];
        connections.ElementAtOrDefault(which)?.Close("test");
        return Task.CompletedTask;
    }
}
