namespace Seckill.Core.Messaging;

/// <summary>Every topic of the engine, in one place; <c>deploy/</c> and the local stack create them from here.</summary>
public static class KafkaTopics
{
    /// <summary>Reservations on their way to MySQL: <see cref="ReservationMessage"/>, keyed by user id so that a hot SKU spreads over all partitions. Consumer group <c>seckill.order-intake</c>.</summary>
    public static readonly KafkaTopic Reservations = Topic("seckill.reservations", partitions: 12, days: 7);

    /// <summary>What became of orders, keyed by order id.</summary>
    public static readonly KafkaTopic OrderEvents = Topic("seckill.order-events", partitions: 12, days: 7);

    /// <summary>What operators send to users: <see cref="Push.Messages.QueuedPush"/>, keyed by receiver. Consumer groups <c>seckill.push</c> (mailboxes) and <c>seckill.push-live</c> (who is connected).</summary>
    public static readonly KafkaTopic Push = Topic("seckill.push", partitions: 12, days: 7);

    /// <summary>Messages that no retry can mend, with error and trace in the headers; kept long, for people.</summary>
    public static readonly KafkaTopic DeadLetters = Topic("seckill.dead-letters", partitions: 3, days: 30);

    /// <summary>Messages of unknown type or version, or that cannot be decoded.</summary>
    public static readonly KafkaTopic Unroutable = Topic("seckill.unroutable", partitions: 3, days: 30);

    /// <summary>Messages that could not be handled for a reason that may pass, in the order in which they are tried again; keyed as where they came from. Consumer group <c>seckill.retry</c>.</summary>
    public static readonly IReadOnlyList<DelayedTopic> RetryTiers =
    [
        Delayed("seckill.retry.1s", TimeSpan.FromSeconds(1)),
        Delayed("seckill.retry.5s", TimeSpan.FromSeconds(5)),
        Delayed("seckill.retry.30s", TimeSpan.FromSeconds(30)),
    ];

    /// <summary>Payment deadlines, keyed by the first order's id: <see cref="Payments.DeadlineMessage"/>, due when its orders must be paid. Consumer group <c>seckill.payment-deadlines</c>.</summary>
    public static readonly IReadOnlyList<DelayedTopic> DeadlineTiers =
    [
        Delayed("seckill.deadline.10s", TimeSpan.FromSeconds(10)),
        Delayed("seckill.deadline.1m", TimeSpan.FromMinutes(1)),
        Delayed("seckill.deadline.5m", TimeSpan.FromMinutes(5)),
        Delayed("seckill.deadline.15m", TimeSpan.FromMinutes(15)),
        Delayed("seckill.deadline.30m", TimeSpan.FromMinutes(30)),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KafkaTopic> All { get; } = [Reservations, OrderEvents, Push, .. RetryTiers.Select(tier => tier.Topic), .. DeadlineTiers.Select(tier => tier.Topic), DeadLetters, Unroutable];

    private static DelayedTopic Delayed(string name, TimeSpan delay) => new(Topic(name, partitions: 6, days: 7), delay);

    private static KafkaTopic Topic(string name, int partitions, int days) =>
        new(name, partitions, ReplicationFactor: 3, MinInSyncReplicas: 2, TimeSpan.FromDays(days), "delete");
}
