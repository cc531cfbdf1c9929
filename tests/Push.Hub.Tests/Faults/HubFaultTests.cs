using Push.Hub.Tests.Support;
using Seckill.Local.Faults;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Faults;

/// <summary>
/// What breaks around two real hub processes, while messages flow: nothing appended is lost, repeated or moved, and a gap is told exactly when Redis lost the mailbox. Each fault in a short form, and in
/// full numbers with the trait that leaves it out of the usual run.
/// </summary>
public sealed class HubFaultTests(HubProcesses hubs, ITestOutputHelper output) : IClassFixture<HubProcesses>
{
    private const string Run = "run";
    private const string Long = "long";

    // Messages to each user before a FLUSHALL that strikes in the midst of them, and as many after it.
    private const int RoundsAround = 40;

    [Fact]
    public Task HubKilledInMidStream() => KillHubsAsync(kills: 1, users: 8, rounds: 60);

    [Fact, Trait(Run, Long)]
    public Task HubKilledInMidStream_Full() => KillHubsAsync(kills: 10, users: 50, rounds: 40);

    [Fact]
    public Task SubscribersCut() => CutSubscribersAsync(times: 10, users: 8);

    [Fact, Trait(Run, Long)]
    public Task SubscribersCut_Full() => CutSubscribersAsync(times: 100, users: 50);

    [Fact]
    public Task RedisRestarted() => RestartRedisAsync(times: 1, users: 8);

    [Fact, Trait(Run, Long)]
    public Task RedisRestarted_Full() => RestartRedisAsync(times: 6, users: 50);

    [Fact]
    public Task RedisFlushed() => FlushRedisAsync(times: 2, users: 8);

    [Fact, Trait(Run, Long)]
    public Task RedisFlushed_Full() => FlushRedisAsync(times: 10, users: 50);

    [Fact]
    public Task OneMessageInAHundredDropped() => DropMessagesAsync(users: 8, rounds: 100);

    [Fact, Trait(Run, Long)]
    public Task OneMessageInAHundredDropped_Full() => DropMessagesAsync(users: 50, rounds: 400);

    [Fact]
    public Task ClientReconnects() => ReconnectAsync(cuts: 10, messages: 1_000);

    [Fact, Trait(Run, Long)]
    public Task ClientReconnects_Full() => ReconnectAsync(cuts: 100, messages: 10_000);

    /// <summary>kill -9 to one hub and the other by turns; its clients are led to the one that lives, and new ones back when it has started again.</summary>
    private async Task KillHubsAsync(int kills, int users, int rounds)
    {
        await using HubFaultRun run = await HubFaultRun.StartAsync(hubs, users);
        for (int kill = 0; kill < kills; kill++)
        {
            int victim = kill % 2;
            Task flowing = run.Flow.SendAsync(rounds * 2);
            await Eventually.TrueAsync(() => run.Clients.All(client => client.Messages.Count > kill * rounds * 2), "everyone has been told something");
            await hubs.Hubs[victim].KillAsync();
            hubs.Fronts[victim].Retarget(hubs.Hubs[1 - victim].Port);
            await flowing;
            await hubs.Hubs[victim].StartAsync(TestContext.Current.CancellationToken);
            hubs.Fronts[victim].Retarget(hubs.Hubs[victim].Port);

            // Back to where they belong, so that the next kill strikes as many.
            hubs.Fronts[victim].Cut();
        }

        DeliveryFindings findings = await JudgeAsync(run, $"{kills} hubs killed");
        findings.GapsTold.ShouldBe(0);
        run.Clients.Count(client => client.Client.Connects > 1).ShouldBeGreaterThanOrEqualTo(users / 2);
    }

    private async Task CutSubscribersAsync(int times, int users)
    {
        await using HubFaultRun run = await HubFaultRun.StartAsync(hubs, users);
        int cut = 0;
        for (int i = 0; i < times; i++)
        {
            Task flowing = run.Flow.SendAsync(20);
            cut += int.Parse(await hubs.Redis.SendAsync("CLIENT", "KILL", "TYPE", "pubsub"));
            await flowing;
        }

        DeliveryFindings findings = await JudgeAsync(run, $"{times} times CLIENT KILL TYPE pubsub, {cut} subscriptions cut");
        cut.ShouldBeGreaterThan(0);
        findings.GapsTold.ShouldBe(0);
        run.Clients.ShouldAllBe(client => client.Client.Connects == 1);
    }

    /// <summary>By turns killed and stopped in order, and started on what the append-only file holds.</summary>
    private async Task RestartRedisAsync(int times, int users)
    {
        await using HubFaultRun run = await HubFaultRun.StartAsync(hubs, users);
        for (int i = 0; i < times; i++)
        {
            Task flowing = run.Flow.SendAsync(100);
            await Eventually.TrueAsync(() => run.Clients.All(client => client.Messages.Count > i * 100), "everyone has been told something");
            await (i % 2 == 0 ? hubs.Redis.KillAsync() : hubs.Redis.StopAsync());
            await hubs.Redis.StartAsync(TestContext.Current.CancellationToken);
            await flowing;
        }

        DeliveryFindings findings = await JudgeAsync(run, $"Redis restarted {times} times");
        findings.GapsTold.ShouldBe(0);
        run.Clients.ShouldAllBe(client => client.Client.Connects == 1);
    }

    /// <summary>By turns while all clients are connected, and while half of them are not: those have lost what was sent to them meanwhile, and are told.</summary>
    private async Task FlushRedisAsync(int times, int users)
    {
        await using HubFaultRun run = await HubFaultRun.StartAsync(hubs, users);
        int sent = 0;
        for (int i = 0; i < times; i++)
        {
            bool isHalfAway = i % 2 == 1;
            if (isHalfAway)
            {
                hubs.Fronts[0].Retarget(FreePorts.Next());
                hubs.Fronts[0].Cut();
            }

            string first = $"m{sent}";
            Task flowing = run.Flow.SendAsync(RoundsAround);
            await Eventually.TrueAsync(() => run.Clients.Count(client => client.Ids.Contains(first)) >= (isHalfAway ? users / 2 : users), "those who are there have been told something");
            await hubs.Redis.SendAsync("FLUSHALL");
            await flowing;
            await run.Flow.SendAsync(RoundsAround);
            hubs.Fronts[0].Retarget(hubs.Hubs[0].Port);
            sent += 2 * RoundsAround;
            string last = $"m{sent - 1}";
            await Eventually.TrueAsync(() => run.Clients.All(client => client.Ids.Contains(last)), "everyone is there again");
        }

        DeliveryFindings findings = await JudgeAsync(run, $"{times} times FLUSHALL");
        findings.LivesLost.ShouldBe(times * users);
        findings.GapsTold.ShouldBe(times * users);
        findings.Forgotten.ShouldBeGreaterThan(0);
    }

    private async Task DropMessagesAsync(int users, int rounds)
    {
        const int OneIn = 100;
        await using HubFaultRun run = await HubFaultRun.StartAsync(hubs, users);
        IReadOnlyList<long> before = await hubs.MessagesUnderFaultAsync();
        await hubs.DropMessagesAsync(OneIn);
        await run.Flow.SendAsync(rounds);
        DeliveryFindings findings = await JudgeAsync(run, "one in a hundred dropped");
        await hubs.DropMessagesAsync(oneIn: 0);

        long[] dropped = [.. (await hubs.MessagesUnderFaultAsync()).Zip(before, (after, earlier) => (after - earlier) / OneIn)];
        output.WriteLine($"dropped: {string.Join(" and ", dropped)}");
        dropped.ShouldAllBe(count => count > 0);
        findings.GapsTold.ShouldBe(0);
    }

    /// <summary>One client whose connection is reset at random moments, the handshake and the resume included, while its messages flow on.</summary>
    private async Task ReconnectAsync(int cuts, int messages)
    {
        int seed = Environment.GetEnvironmentVariable("SECKILL_SEED") is { } given ? int.Parse(given) : Random.Shared.Next();
        output.WriteLine($"SECKILL_SEED={seed}");
        Random random = new(seed);
        await using HubFaultRun run = await HubFaultRun.StartAsync(hubs, users: 1);
        TcpProxy front = hubs.Fronts[0];
        for (int cut = 0; cut < cuts; cut++)
        {
            Task flowing = run.Flow.SendAsync(messages / cuts);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60)), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => front.Cut() > 0, "there is a connection to cut");
            await flowing;
        }

        DeliveryFindings findings = await JudgeAsync(run, $"{cuts} connections cut");
        findings.Appended.ShouldBe(messages + 1);
        findings.GapsTold.ShouldBe(0);
        run.Clients.Single().Client.Connects.ShouldBeGreaterThan(1);
    }

    private async Task<DeliveryFindings> JudgeAsync(HubFaultRun run, string what)
    {
        DeliveryFindings findings = await run.AuditAsync();
        output.WriteLine($"{what}: {findings}, {run.Clients.Sum(client => client.Client.Connects)} resumes");
        findings.MustBeClean();
        return findings;
    }
}
