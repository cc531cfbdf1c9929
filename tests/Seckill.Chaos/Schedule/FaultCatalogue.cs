using Confluent.Kafka;
using MySql.Data.MySqlClient;
using Seckill.Chaos.Stack;
using Seckill.Core.Diagnostics;
using Seckill.Local.Servers;
using Seckill.Local.Stack;

namespace Seckill.Chaos.Schedule;

/// <summary>Every fault that a run may draw. Each leaves all processes running again.</summary>
internal static class FaultCatalogue
{
    private const int PauseSeconds = 4;
    private const int LongRunMinutes = 3;
    private static readonly TimeSpan DeathDeadline = TimeSpan.FromSeconds(10);
    private static readonly FaultPoint[] ApiPoints = [FaultPoint.AfterReserveBeforeAnswer];

    private static readonly FaultPoint[] WorkerPoints =
    [
        FaultPoint.AfterReadBeforeProduce, FaultPoint.AfterProduceBeforeRemove, FaultPoint.AfterInsertBeforeCommit, FaultPoint.AfterCommitBeforePush, FaultPoint.AfterPushBeforeOffsets,
    ];

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("kill -9 api", 3, context => KillAsync(context, context.Pick(context.Stack.Apis)), Loss: Loss.ApiDies),
        new("kill -9 worker", 3, context => KillAsync(context, context.Pick(context.Stack.Workers))),
        new("kill -9 two workers", 2, context => KillAsync(context, [.. context.Stack.Workers.Take(2)])),
        new("kill -9 hub", 3, context => KillAsync(context, context.Pick(context.Stack.Hubs))),
        new("SIGSTOP api", 2, context => PauseAsync(context, context.Pick(context.Stack.Apis))),
        new("SIGSTOP worker", 2, context => PauseAsync(context, context.Pick(context.Stack.Workers))),
        new("SIGSTOP hub", 1, context => PauseAsync(context, context.Pick(context.Stack.Hubs))),
        new("SIGSTOP redis", 2, context => PauseAsync(context, context.Stack.Redis)),
        new("SIGSTOP mariadb", 2, context => PauseAsync(context, context.Stack.MariaDb)),
        new("redis kill -9, AOF kept", 2, context => KillAsync(context, context.Stack.Redis)),
        new("redis clients cut", 2, async context => await context.Stack.Redis.CutClientsAsync()),
        new("redis links fall silent", 2, SilenceRedisAsync),
        new("redis forgets scripts", 1, context => context.Stack.Redis.SendAsync("SCRIPT", "FLUSH", "SYNC")),
        new("mariadb kill -9", 2, context => KillAsync(context, context.Stack.MariaDb)),
        new("mariadb rows locked", 2, LockRowsAsync),
        new("mysql links cut", 2, CutMySqlAsync),
        new("mysql links fall silent", 2, SilenceMySqlAsync),
        new("broker down", 2, BrokerDownAsync),
        new("coordinator moved", 2, MoveCoordinatorAsync),
        new("partition leaders moved", 1, MoveLeadersAsync),
        new("produce errors", 2, ProduceErrorsAsync),
        new("broker 500 ms away", 2, SlowBrokerAsync),
        new("broker cuts requests", 2, DisconnectsAsync),
        new("api links cut", 2, CutApiAsync),
        new("push links cut", 2, CutPushAsync),
        new("api dies at a fault point", 3, context => DieAtAsync(context, context.Pick(context.Stack.Apis), context.Pick(ApiPoints)), Loss: Loss.ApiDies),
        new("worker dies at a fault point", 4, context => DieAtAsync(context, context.Pick(context.Stack.Workers), context.Pick(WorkerPoints))),
        new("worker waits at a fault point", 2, context => context.Pick(context.Stack.Workers).DelayAtAsync(context.Pick(WorkerPoints), TimeSpan.FromSeconds(3))),
        new("worker throws at a fault point", 2, context => context.Pick(context.Stack.Workers).ThrowAtAsync(context.Pick(WorkerPoints))),
        // Redis forgets promises that were made: the engine must fence, rebuild and settle with everybody. That takes its time, so short runs leave it out.
        new("redis restarted empty", 2, RestartEmptyAsync, LongRunMinutes, Loss.RedisForgets),
        new("redis failover to a lagging replica", 2, context => FailOverAsync(context, withoutAWord: false), LongRunMinutes, Loss.RedisForgets),
        new("redis failover, the old primary without power", 2, context => FailOverAsync(context, withoutAWord: true), LongRunMinutes, Loss.RedisForgets),
    ];

    private static async Task RestartEmptyAsync(FaultContext context)
    {
        await context.Stack.Redis.RestartEmptyAsync(context.Stop);
        context.RedisLostItsMailboxes();
    }

    private static async Task FailOverAsync(FaultContext context, bool withoutAWord)
    {
        await context.Stack.RedisPair.AddReplicaAsync(context.Stop);
        context.Stack.RedisPair.StopCopying();
        await context.WaitAsync(context.Seconds(2));
        await context.Stack.RedisPair.FailOverAsync(withoutAWord);
        context.RedisLostItsMailboxes();
    }

    private static async Task KillAsync(FaultContext context, params IReadOnlyList<ManagedServer> victims)
    {
        await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
        await Task.WhenAll(victims.Select(victim => victim.StartAsync(context.Stop)));
    }

    private static async Task PauseAsync(FaultContext context, ManagedServer victim)
    {
        victim.Pause();
        try
        {
            await context.WaitAsync(context.Seconds(PauseSeconds));
        }
        finally
        {
            victim.Resume();
        }
    }

    private static async Task DieAtAsync(FaultContext context, ServiceProcess victim, FaultPoint point)
    {
        await victim.KillAtAsync(point, skip: context.Random.Next(5));
        // With nothing to do it may never get there, and dies all the same: the table counts deaths.
        if (!await victim.DiesAsync(DeathDeadline, context.Stop))
        {
            await victim.KillAsync();
        }

        await victim.StartAsync(context.Stop);
    }

    private static async Task LockRowsAsync(FaultContext context)
    {
        await using MySqlConnection connection = new(context.Stack.MySqlConnection);
        await connection.OpenAsync(context.Stop);
        await using MySqlTransaction transaction = await connection.BeginTransactionAsync(context.Stop);
        await using MySqlCommand command = new("SELECT COUNT(*) FROM (SELECT sold FROM stock_guard FOR UPDATE) locked", connection, transaction);
        await command.ExecuteScalarAsync(context.Stop);
        await context.WaitAsync(context.Seconds(PauseSeconds));
        await transaction.RollbackAsync(context.Stop);
    }

    private static Task CutMySqlAsync(FaultContext context)
    {
        context.Stack.MySqlProxy.Cut();
        return Task.CompletedTask;
    }

    private static Task SilenceRedisAsync(FaultContext context)
    {
        context.Stack.RedisProxy.FallSilent();
        return Task.CompletedTask;
    }

    private static Task SilenceMySqlAsync(FaultContext context)
    {
        context.Stack.MySqlProxy.FallSilent();
        return Task.CompletedTask;
    }

    private static async Task BrokerDownAsync(FaultContext context)
    {
        int broker = Broker(context);
        context.Stack.Kafka.SetBrokerDown(broker);
        try
        {
            await context.WaitAsync(context.Seconds(PauseSeconds));
        }
        finally
        {
            context.Stack.Kafka.SetBrokerUp(broker);
        }
    }

    private static Task MoveCoordinatorAsync(FaultContext context)
    {
        context.Stack.Kafka.SetCoordinator("seckill.order-intake", Broker(context));
        return Task.CompletedTask;
    }

    private static Task MoveLeadersAsync(FaultContext context)
    {
        int broker = Broker(context);
        for (int partition = 0; partition < 12; partition++)
        {
            context.Stack.Kafka.SetPartitionLeader("seckill.reservations", partition, broker);
        }

        return Task.CompletedTask;
    }

    private static Task ProduceErrorsAsync(FaultContext context)
    {
        context.Stack.Kafka.PushRequestErrors(
            KafkaApi.Produce, ErrorCode.NotEnoughReplicas, ErrorCode.RequestTimedOut, ErrorCode.NotLeaderForPartition, ErrorCode.NotEnoughReplicasAfterAppend);
        return Task.CompletedTask;
    }

    private static async Task SlowBrokerAsync(FaultContext context)
    {
        int broker = Broker(context);
        context.Stack.Kafka.SetRtt(broker, TimeSpan.FromMilliseconds(500));
        try
        {
            await context.WaitAsync(context.Seconds(PauseSeconds));
        }
        finally
        {
            context.Stack.Kafka.SetRtt(broker, TimeSpan.Zero);
        }
    }

    private static Task DisconnectsAsync(FaultContext context)
    {
        KafkaApi api = context.Pick<KafkaApi>([KafkaApi.Produce, KafkaApi.Fetch, KafkaApi.OffsetCommit, KafkaApi.Heartbeat]);
        context.Stack.Kafka.PushRequestErrors(api, KafkaMockCluster.Disconnect, KafkaMockCluster.Disconnect, KafkaMockCluster.Disconnect);
        return Task.CompletedTask;
    }

    private static Task CutApiAsync(FaultContext context)
    {
        context.Pick(context.Stack.ApiProxies).Cut();
        return Task.CompletedTask;
    }

    private static Task CutPushAsync(FaultContext context)
    {
        context.Pick(context.Stack.HubProxies).Cut(share: 0.5);
        return Task.CompletedTask;
    }

    private static int Broker(FaultContext context) => 1 + context.Random.Next(context.Stack.Kafka.Brokers);
}
