using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Push;
using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Ops.Backup;
using Seckill.Ops.Kafka;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary>
/// <c>./seckill backup</c> and <c>restore</c>, rehearsed. Promises are made in every place where one can be when the cut is made: as an order row, in Kafka alone, in the outbox alone, and grabs go on while it
/// is made. Then Redis and MySQL are destroyed, the backup is restored into empty servers, and the workers are started as ever. Every promise from before the cut must be one order.
/// </summary>
public sealed class BackupTests : IDisposable
{
    private const int Units = 120;

    private static readonly UserId Reader = new("stored-0");

    private readonly TemporaryDirectory _directory = new();

    // User -> the order that was promised, in the order of the answers.
    private readonly Dictionary<string, OrderId> _promised = [];

    // The same, of those who grabbed while the cut was made: it has them or not.
    private Dictionary<string, OrderId> _meanwhile = [];

    // Up to where a client of one buyer has read when the backup is taken.
    private MailboxPosition _read;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task RestoredIntoEmptyServers_EveryPromiseTheBackupCovers_IsOneOrder()
    {
        string backup;
        await using (Pipeline lost = await Pipeline.StartAsync(Units))
        {
            backup = await BackUpInMidTrafficAsync(lost);
        }

        await using Pipeline restored = await Pipeline.StartEmptyAsync();
        OpsRun run = await RestoreAsync(restored, backup);
        run.Exit.ShouldBe(0, run.Output);

        MailboxPage mailbox = await restored.Mailboxes.ReadAsync(Reader, _read);
        mailbox.EpochChanged.ShouldBeTrue("numbers after the cut are given out anew, and a client that has seen the former ones must be told");
        mailbox.Entries.Count.ShouldBe(1);
        await restored.StartWorkerAsync(relay: true, intake: true, recovery: true);
        await CheckAsync(restored, _promised);
    }

    [Fact]
    public async Task KafkaSurvived_AndItsOffsetsAreReset_AlsoWhatWasPromisedAfterTheBackupIsOneOrder()
    {
        await using Pipeline lost = await Pipeline.StartAsync(Units);
        string backup = await BackUpInMidTrafficAsync(lost);
        IHost worker = await lost.StartWorkerAsync();
        await GrabAsync(lost, "late", 20);
        await lost.StoredAsync(_promised.Count + _meanwhile.Count);
        await lost.StopAsync(worker);
        await Task.WhenAll(lost.Redis.KillAsync(), lost.MariaDb.KillAsync());

        await using Pipeline restored = await Pipeline.StartEmptyAsync(lost.Kafka);
        OpsRun run = await RestoreAsync(restored, backup, "--json");
        run.Exit.ShouldBe(0, run.Output);
        string since = run.Json.GetProperty("resetOffsetsTo").GetString()!;
        OpsRun reset = await OpsRun.OfAsync(KafkaCommand.Create, _directory.Path, "reset-offset", OrderIntake.Group, "--to", since, "--yes", "--kafka", lost.Kafka.BootstrapServers);
        reset.Exit.ShouldBe(0, reset.Output);

        await restored.StartWorkerAsync(relay: true, intake: true, recovery: true);
        await CheckAsync(restored, _promised.Concat(_meanwhile).ToDictionary());
    }

    [Fact]
    public async Task TargetsThatHoldSomething_AndBackupsThatAreNotWhole_AreRefused_AndNothingChanges()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(Units);
        await pipeline.WarmAsync();
        await GrabAsync(pipeline, "early", 3);
        string backup = _directory.Combine("backup");
        (await BackUpAsync(pipeline, backup)).Exit.ShouldBe(0);
        (await BackUpAsync(pipeline, backup)).Output.ShouldContain("exists already");
        Directory.Exists($"{backup}.partial").ShouldBeFalse();

        OpsRun full = await RestoreAsync(pipeline, backup);
        (full.Exit, full.Output).ShouldBe((1, full.Output));
        full.Output.ShouldContain("is not empty");

        string sql = Path.Combine(backup, BackupManifest.MySqlFile);
        byte[] bytes = await File.ReadAllBytesAsync(sql);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(sql, bytes);
        OpsRun tampered = await RestoreAsync(pipeline, backup, "--overwrite");
        (tampered.Exit, tampered.Output).ShouldBe((1, tampered.Output));
        tampered.Output.ShouldContain("mysql.sql.gz is not what was written");
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(sql, bytes);

        using (ConnectionMultiplexer host = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { pipeline.Redis.Endpoint }, ClientName = "seckill-worker" }))
        {
            OpsRun running = await RestoreAsync(pipeline, backup, "--overwrite");
            (running.Exit, running.Output).ShouldBe((1, running.Output));
            running.Output.ShouldContain("stop all hosts first");
        }

        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(Units - 3, "what was refused has changed nothing");
        await GrabAsync(pipeline, "gone", 5);
        (await RestoreAsync(pipeline, backup, "--overwrite")).Exit.ShouldBe(0);
        BucketLook look = await pipeline.Stock.LookAsync(pipeline.Bucket);
        (look.Left, look.IsFenced, look.Testimony).ShouldBe((Units - 3, true, 3));
    }

    [Fact]
    public async Task ServersAway_Exit2_AndNothingIsLeft()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(Units);
        await pipeline.Redis.KillAsync();

        OpsRun run = await BackUpAsync(pipeline, _directory.Combine("backup"));

        run.Exit.ShouldBe(2, run.Output);
        run.Output.ShouldContain($"Redis at {pipeline.Redis.Endpoint} does not answer");
        Directory.EnumerateFileSystemEntries(_directory.Path).ShouldBeEmpty();
    }

    /// <summary>Promises in every place, then the backup while grabs go on. Those that were answered before it began are in <see cref="_promised"/>.</summary>
    private async Task<string> BackUpInMidTrafficAsync(Pipeline pipeline)
    {
        await pipeline.WarmAsync();
        IHost worker = await pipeline.StartWorkerAsync(relay: true, intake: true);
        await GrabAsync(pipeline, "stored", 15);
        await pipeline.StoredAsync(15);
        await Pipeline.EventuallyAsync(async () => (await pipeline.MailboxAsync(Reader)).Count == 1, "the buyer's message");
        _read = (await pipeline.Mailboxes.ReadAsync(Reader, MailboxPosition.Start)).Head;
        await pipeline.StopAsync(worker);

        // A relay without an intake: what it takes out of Redis is in Kafka and nowhere else.
        IHost relay = await pipeline.StartWorkerAsync(relay: true, intake: false);
        await GrabAsync(pipeline, "in-kafka", 15);
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "an empty outbox");
        await pipeline.StopAsync(relay);
        await GrabAsync(pipeline, "in-outbox", 15);

        string backup = _directory.Combine("backup");
        using CancellationTokenSource traffic = new();
        Task<Dictionary<string, OrderId>> meanwhile = Task.Run(() => GrabUntilAsync(pipeline, traffic.Token));
        OpsRun run = await BackUpAsync(pipeline, backup);
        await traffic.CancelAsync();
        _meanwhile = await meanwhile;
        run.Exit.ShouldBe(0, run.Output);
        return backup;
    }

    private static async Task<Dictionary<string, OrderId>> GrabUntilAsync(Pipeline pipeline, CancellationToken stop)
    {
        Dictionary<string, OrderId> promised = [];
        for (int i = 0; i < 30 && !stop.IsCancellationRequested; i++)
        {
            StockGrab grab = new(new UserId($"meanwhile-{i}"), pipeline.NewOrder($"meanwhile-{i}"));
            StockReply reply = await GrabPatientlyAsync(pipeline, grab);
            reply.Status.ShouldBe(StockStatus.Decided);
            promised[grab.User.Value] = reply.Decisions[0].Order;
            await Task.Delay(10, CancellationToken.None);
        }

        return promised;
    }

    // While Redis stands still a call may have no answer: the same order id is asked about again, as the engine does.
    private static async Task<StockReply> GrabPatientlyAsync(Pipeline pipeline, StockGrab grab)
    {
        StockReply reply = default!;
        StockAsk ask = StockAsk.First;
        await Pipeline.EventuallyAsync(
            async () =>
            {
                try
                {
                    reply = await pipeline.Stock.GrabAsync(pipeline.Bucket, new[] { grab }, expectedEpoch: 0, minVersion: 0, ask);
                    return true;
                }
                catch (StockUnavailableException)
                {
                    ask = StockAsk.Again;
                    return false;
                }
            },
            "an answer from Redis");
        return reply;
    }

    private Task GrabAsync(Pipeline pipeline, string prefix, int count) => GrabAsync(pipeline, [.. Enumerable.Range(0, count).Select(i => $"{prefix}-{i}")]);

    private async Task GrabAsync(Pipeline pipeline, string[] users)
    {
        StockReply reply = await pipeline.GrabAsync(users);
        reply.Status.ShouldBe(StockStatus.Decided);
        foreach ((string user, StockDecision decision) in users.Zip(reply.Decisions))
        {
            decision.Answer.ShouldBe(StockAnswer.Reserved);
            _promised[user] = decision.Order;
        }
    }

    /// <summary>The engine has come up by itself: every promise is one order, nobody and nothing was sold twice, no unit leaked, the rest can be sold, and reconciliation finds nothing.</summary>
    private async Task CheckAsync(Pipeline restored, IReadOnlyDictionary<string, OrderId> promised)
    {
        await Pipeline.EventuallyAsync(
            async () => await restored.Stock.LookAsync(restored.Bucket) is { IsFenced: false, IsWhole: true, OutboxLength: 0, Testimony: 0 }
                // By name: the orders made meanwhile count as well.
                && (await OrdersAsync(restored)) is var written && promised.Keys.All(written.ContainsKey),
            "an open bucket and an order for each promise",
            async () => $"{await restored.Stock.LookAsync(restored.Bucket)}, {await restored.CountAsync("1 = 1")} orders, lag: "
                + (await OpsRun.OfAsync(KafkaCommand.Create, _directory.Path, "lag", OrderIntake.Group, "--kafka", restored.Kafka.BootstrapServers)).Output,
            // The consumer joins, the pipeline drains, everything is read again: several sessions of a consumer on a machine that starves it.
            patience: TimeSpan.FromMinutes(4));

        Dictionary<string, long> orders = await OrdersAsync(restored);
        foreach ((string user, OrderId order) in promised)
        {
            orders.ShouldContainKeyAndValue(user, order.Value, $"{user} was promised {order}");
        }

        foreach ((string user, OrderId order) in _meanwhile.Where(one => orders.ContainsKey(one.Key)))
        {
            orders[user].ShouldBe(order.Value, "in the cut or not, but never under another order");
        }

        BucketLook look = await restored.Stock.LookAsync(restored.Bucket);
        look.Left.ShouldBe(Units - orders.Count, "a unit leaked, or was sold twice");
        (await restored.SoldAsync()).ShouldBe(orders.Count);

        // All that is left is sold, and not one more.
        StockReply rest = await restored.GrabAsync(Enumerable.Range(0, Units).Select(i => $"new-{i}"));
        rest.Decisions.Count(decision => decision.Answer is StockAnswer.Reserved).ShouldBe((int)look.Left);
        await restored.StoredAsync(Units);
        await Pipeline.EventuallyAsync(
            async () => await restored.Reconciler.ReconcileAsync(restored.Sale, repair: false, "command", TestContext.Current.CancellationToken) is { Conclusive: true, FindingCount: 0 },
            "reconciliation that has compared everything and finds nothing");
        (await restored.SoldAsync()).ShouldBe(Units);
    }

    private static async Task<Dictionary<string, long>> OrdersAsync(Pipeline pipeline)
    {
        await using DbConnection connection = await pipeline.Database.OpenAsync();
        return (await connection.QueryAsync<(string User, long Order)>("SELECT user_id, order_id FROM orders")).ToDictionary(row => row.User, row => row.Order);
    }

    private Task<OpsRun> BackUpAsync(Pipeline pipeline, string to) =>
        OpsRun.OfAsync(BackupCommand.Create, _directory.Path, to, "--redis", pipeline.Redis.Endpoint, "--mysql", pipeline.MariaDb.ConnectionString, "--max-pause", "20");

    private Task<OpsRun> RestoreAsync(Pipeline pipeline, string from, params string[] more) =>
        OpsRun.OfAsync(RestoreCommand.Create, _directory.Path, [from, "--redis", pipeline.Redis.Endpoint, "--mysql", pipeline.MariaDb.ConnectionString, .. more]);
}
