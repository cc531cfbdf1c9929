using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Crowd;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Tests.Audit;

/// <summary>A flawless run to spoil: five users for three units; users 0 to 2 win orders 100 to 102, user 0 presses again, 3 and 4 are sent away.</summary>
internal static class Evidence
{
    public const int Units = 3;

    private static readonly DateTimeOffset T0 = new(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);

    public static AuditEvidence Flawless() => new()
    {
        Units = Units,
        LimitPerUser = 1,
        Users = [.. Enumerable.Range(0, 5).Select(User)],
        Attempts =
        [
            Told(0, Answer.Accepted, 100), Told(1, Answer.Accepted, 101), Told(2, Answer.Accepted, 102),
            Told(0, Answer.AlreadyGrabbed, 100), Told(3, Answer.SoldOut), Told(4, Answer.SoldOut),
        ],
        Listeners = new HashSet<int> { 0, 1, 3 },
        Receipts = [Push(0, 100), Push(1, 101)],
        Redis = new RedisEvidence(0, Units, Holdings((0, 100), (1, 101), (2, 102)), OutboxLength: 0),
        Kafka = new KafkaEvidence(Copies((0, 100), (1, 101), (2, 102)), Unreadable: 0, Gap: null),
        MySql = new MySqlEvidence([Row(100, 0), Row(101, 1), Row(102, 2)], Units, GuardSold: 3),
    };

    public static UserId User(int index) => new($"user-{index}");

    public static Attempt Told(int user, Answer answer, long order = 0) =>
        new(user, 0, answer, order == 0 ? null : new OrderId(order), TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));

    public static PushReceipt Push(int user, long order, string type = PushTypes.OrderCreated) => new(user, type, new OrderId(order), T0);

    public static AuditedOrder Row(long order, int user, string status = "pending-payment") =>
        new(new OrderId(order), User(user), status is "pending-payment" or "paid" ? 0 : null, status, T0, T0);

    public static Dictionary<KafkaOrder, int> Copies(params (int User, long Order)[] messages) =>
        messages.GroupBy(one => new KafkaOrder(new OrderId(one.Order), User(one.User))).ToDictionary(order => order.Key, order => order.Count());

    public static Dictionary<UserId, IReadOnlyList<OrderId>> Holdings(params (int User, long Order)[] held) =>
        held.GroupBy(one => one.User).ToDictionary(one => User(one.Key), one => (IReadOnlyList<OrderId>)[.. one.Select(order => new OrderId(order.Order))]);
}
