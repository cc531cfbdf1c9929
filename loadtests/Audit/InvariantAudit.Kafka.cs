using Seckill.Core.Ids;

namespace Seckill.LoadTests.Audit;

/// <content>
/// What the order topic says. A reading with a gap can still convict, by what it found, and still acquit, where it found all that was looked for; whatever rests on something not being there is then
/// "not checked", with the gap in words.
/// </content>
public sealed partial class InvariantAudit
{
    private const string NotRead = "Kafka, or what it is held against, was not read";

    private void NoOversellInKafka() => CheckFound("I1", "Kafka names no more orders than there are units", kafka =>
    {
        int? standing = Standing(kafka)?.Select(order => order.Id).Distinct().Count();
        return standing is null ? null : standing <= _evidence.Units ? [] : [$"{standing} orders, {_evidence.Units} units"];
    });

    private void OnePerUserInKafka()
    {
        int limit = _evidence.LimitPerUser;
        CheckFound("I3", $"Kafka names no more than {limit} order(s) of a user", kafka =>
            Standing(kafka)?.GroupBy(order => order.User).Where(user => user.Count() > limit).Select(user => $"{user.Key} has {user.Count()}"));
        CheckFound("I3", "No order id stands in Kafka under two users", kafka =>
            kafka.Copies.Keys.GroupBy(order => order.Id).Where(order => order.Count() > 1).Select(order => $"order {order.Key}"));
    }

    private void NothingLostInKafka()
    {
        CheckPresent("I4", "Every accepted grab stands in Kafka at least once, under that user", Told().Select(told => new KafkaOrder(told.Order, _evidence.Users[told.User])));
        CheckPresent("I4", "Every row of MySQL stands in Kafka", RowsAsOrders());
        CheckFound("I4", "Kafka names no order that neither Redis nor MySQL knows", kafka =>
            _evidence.Redis is { } redis && RowsAsOrders() is { } rows
                ? kafka.Copies.Keys.Except(rows).Except(redis.Holdings.SelectMany(user => user.Value, (user, order) => new KafkaOrder(order, user.Key))).Select(Describe)
                : null);
    }

    private IEnumerable<KafkaOrder>? RowsAsOrders() => _evidence.MySql?.Orders.Select(row => new KafkaOrder(row.Id, row.User));

    // Who lost an order (not paid in time, refused by the guard) may lawfully win another, and its unit may go to another.
    private IEnumerable<KafkaOrder>? Standing(KafkaEvidence kafka)
    {
        HashSet<OrderId>? ended = _evidence.MySql?.Orders.Where(order => !order.IsActive).Select(order => order.Id).ToHashSet();
        return ended is null ? null : kafka.Copies.Keys.Where(order => !ended.Contains(order.Id));
    }

    /// <summary>Looks for what must not be there: an offender convicts at once, none acquits only if all was read. Null from <paramref name="look"/>: it lacks another account.</summary>
    private void CheckFound(string invariant, string check, Func<KafkaEvidence, IEnumerable<string>?> look)
    {
        if (_evidence.Kafka is not { } kafka || look(kafka) is not { } found)
        {
            Check(invariant, check, null, NotRead);
            return;
        }

        string[] offenders = [.. found];
        Check(invariant, check, offenders.Length > 0 ? (false, Name(offenders)) : kafka.Gap is null ? (true, Describe(kafka)) : null, $"none in what was read, but {kafka.Gap}");
    }

    /// <summary>Looks for what must be there: all found acquits, something missing convicts only if all was read. Null for <paramref name="wanted"/>: its account was not read.</summary>
    private void CheckPresent(string invariant, string check, IEnumerable<KafkaOrder>? wanted)
    {
        if (_evidence.Kafka is not { } kafka || wanted is null)
        {
            Check(invariant, check, null, NotRead);
            return;
        }

        string[] missing = [.. wanted.Where(order => !kafka.Copies.ContainsKey(order)).Select(Describe)];
        Check(invariant, check, missing.Length == 0 ? (true, Describe(kafka)) : kafka.Gap is null ? (false, Name(missing)) : null, $"not found {Name(missing)}; but {kafka.Gap}");
    }

    private static string Describe(KafkaOrder order) => $"order {order.Id} of {order.User}";

    private static string Describe(KafkaEvidence kafka) =>
        $"{kafka.Copies.Count} orders, {kafka.Repeated} messages repeated{(kafka.Unreadable == 0 ? string.Empty : $", {kafka.Unreadable} messages unreadable")}";
}
