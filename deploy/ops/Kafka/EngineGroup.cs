using Seckill.Core.DeadLetters;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Payments;
using Seckill.Core.Push.Messages;

namespace Seckill.Ops.Kafka;

/// <summary>One of the engine's consumer groups, and what moving its offsets does.</summary>
/// <param name="Name">The group.</param>
/// <param name="Topics">What it reads.</param>
/// <param name="Purpose">In a few words.</param>
/// <param name="Repeated">What becomes of messages that are delivered again: the offset goes back.</param>
/// <param name="Skipped">What becomes of messages that are passed over: the offset goes forward.</param>
internal sealed record EngineGroup(string Name, IReadOnlyList<KafkaTopic> Topics, string Purpose, string Repeated, string Skipped)
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<EngineGroup> All =
    [
        new(
            OrderIntake.Group, [KafkaTopics.Reservations], "reservations to MySQL",
            "Orders that exist are found by their ids and unique keys and nothing changes; buyers get no second message. What was lost from MySQL is written again.",
            "A reservation that is passed over is no order until reconciliation misses it (15 s and an empty pipeline) and sends it again."),
        new(
            ReservationRetries.Group, [.. KafkaTopics.RetryTiers.Select(tier => tier.Topic)], "reservations that are tried again",
            "As for the intake: nothing is written twice.",
            "As for the intake: reconciliation sends them again."),
        new(
            PaymentDeadlineLoop.Group, [.. KafkaTopics.DeadlineTiers.Select(tier => tier.Topic)], "payment deadlines",
            "A deadline is a reminder: the order's row says whether its time is up.",
            "The sweep finds unpaid orders whose time is up, a little later."),
        new(
            PushMailLoop.Group, [KafkaTopics.Push], "operators' messages to mailboxes",
            "A mailbox takes each message id once, for as long as it remembers ids; older messages would come a second time.",
            "Messages that are passed over reach nobody."),
        new(
            LivePublishLoop.Group, [KafkaTopics.Push], "operators' messages to whoever is connected",
            "Whoever is connected is shown them again.",
            "Messages that are passed over are shown to nobody."),
        new(
            DeadLetterProjection.Group, [KafkaTopics.DeadLetters, KafkaTopics.Unroutable], "dead letters to MySQL",
            "A letter that comes twice is one letter.",
            "Letters that are passed over are in Kafka alone, until its retention ends."),
    ];

    /// <summary>One by name; null when it is none of ours.</summary>
    public static EngineGroup? Find(string name) => All.FirstOrDefault(group => group.Name == name);
}
