using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Audit;

/// <summary>
/// Judges a run that has gone quiet: I1 no oversell, I2 no undersell, I3 one per user, I4 nothing lost, I5 everyone told. It holds four independent
/// accounts against one another: what the clients were told, what Redis reserved, what Kafka carried, what MySQL wrote. Pure; tests plant violations.
/// </summary>
public sealed partial class InvariantAudit
{
    private const int MaxNamed = 3;

    private readonly AuditEvidence _evidence;
    private readonly List<Finding> _findings = [];

    private InvariantAudit(AuditEvidence evidence)
    {
        _evidence = evidence;
    }

    /// <summary>All checks, in the order of the invariants.</summary>
    public static IReadOnlyList<Finding> Judge(AuditEvidence evidence)
    {
        InvariantAudit audit = new(evidence);
        audit.NoOversell();
        audit.NoOversellInKafka();
        audit.NoUndersell();
        audit.OnePerUser();
        audit.OnePerUserInKafka();
        audit.NothingLost();
        audit.NothingLostInKafka();
        audit.EveryoneTold();
        return audit._findings;
    }

    private void NoOversell()
    {
        int units = _evidence.Units;
        int told = Accepted().Select(one => one.Order).Distinct().Count();
        int explained = _evidence.MySql?.Orders.Count(order => !order.IsActive) ?? 0;
        Add("I1", "Clients were told of no more orders than there are units", told - explained <= units, $"{told} orders told, {units} units");
        CheckMySql("I1", "Active order rows do not exceed the units", rows =>
            (rows.Orders.Count(order => order.IsActive) <= units, $"{rows.Orders.Count(order => order.IsActive)} active rows, {units} units"));
        CheckMySql("I1", "The MySQL guard counts exactly the active rows", rows =>
            (rows.GuardSold == rows.Orders.Count(order => order.IsActive) && rows.GuardUnits == units,
                $"guard: {rows.GuardSold} sold of {rows.GuardUnits}; rows: {rows.Orders.Count(order => order.IsActive)} active"));
        CheckRedis("I1", "Redis stock is not below zero", redis => (redis.Left >= 0, $"{redis.Left} left"));
    }

    private void NoUndersell()
    {
        CheckRedis("I2", "Held and left units add up to the stock in Redis", redis =>
            (redis.Held + redis.Left == _evidence.Units && redis.Total == _evidence.Units,
                $"{redis.Held} held + {redis.Left} left = {redis.Held + redis.Left}; offered {_evidence.Units}, bucket total {redis.Total}"));
        CheckBoth("I2", "Sold rows and left units add up to the stock", (redis, rows) =>
        {
            int sold = rows.Orders.Count(order => order.IsActive);
            return (sold + redis.Left == _evidence.Units, $"{sold} sold + {redis.Left} left = {sold + redis.Left}; offered {_evidence.Units}");
        });
        // A unit that came back after somebody was sent away is lawful; without one, "sold out" must have been the truth.
        bool returned = _evidence.MySql?.Orders.Any(order => !order.IsActive) ?? false;
        int sentAway = _evidence.Attempts.Count(one => one.Answer == Answer.SoldOut);
        CheckRedis("I2", "Nobody was sent away as sold out while units stayed behind", redis =>
            (sentAway == 0 || redis.Left == 0 || returned, $"{sentAway} sold-out answers, {redis.Left} left at the end"));
    }

    private void OnePerUser()
    {
        int limit = _evidence.LimitPerUser;
        // Who lost an order (not paid in time, refused by the guard) may lawfully win another.
        HashSet<OrderId?> ended = [.. _evidence.MySql?.Orders.Where(order => !order.IsActive).Select(order => (OrderId?)order.Id) ?? []];
        CheckNone("I3", $"No client was told of more than {limit} order(s) that stand",
            Accepted().Where(one => !ended.Contains(one.Order)).GroupBy(one => one.User)
                .Where(user => user.Select(one => one.Order).Distinct().Count() > limit).Select(user => NameOf(user.Key)));
        CheckNone("I3", "No order id was given to two clients",
            Accepted().GroupBy(one => one.Order).Where(order => order.Select(one => one.User).Distinct().Count() > 1).Select(order => $"order {order.Key}"));
        CheckMySql("I3", $"No user has more than {limit} active row(s)", rows =>
            None(rows.Orders.Where(order => order.IsActive).GroupBy(order => order.User).Where(user => user.Count() > limit).Select(user => $"{user.Key} has {user.Count()}")));
        ILookup<int, OrderId?> own = Accepted().ToLookup(one => one.User, one => one.Order);
        // A first answer that was lost leaves the repeat as the only one that names the order, so only a clash is a fault.
        CheckNone("I3", "A repeated grab was answered with the order that the user already had",
            _evidence.Attempts.Where(one => one.Answer == Answer.AlreadyGrabbed && (one.Order is null || (own[one.User].Any() && !own[one.User].Contains(one.Order))))
                .Select(one => $"{NameOf(one.User)} was shown {one.Order?.ToString() ?? "no order"}"));
    }

    private void NothingLost()
    {
        CheckMySql("I4", "Every accepted grab has exactly one row, of that user and id", rows =>
        {
            ILookup<OrderId, AuditedOrder> byId = rows.Orders.ToLookup(order => order.Id);
            return None(Told().Where(told => byId[told.Order].Count() != 1 || byId[told.Order].Single().User != _evidence.Users[told.User])
                .Select(told => $"order {told.Order} of {NameOf(told.User)}: {byId[told.Order].Count()} row(s)"));
        });
        CheckMySql("I4", "No row belongs to a user who was only ever refused", rows =>
        {
            // A lost answer leaves the outcome open, so such a user may well have an order.
            HashSet<UserId> mayOwn = [.. _evidence.Attempts
                .Where(one => one.Answer is Answer.Accepted or Answer.AlreadyGrabbed or Answer.Error or Answer.Unavailable).Select(one => _evidence.Users[one.User])];
            return None(rows.Orders.Where(order => !mayOwn.Contains(order.User)).Select(order => $"order {order.Id} of {order.User}"));
        });
        CheckBoth("I4", "Redis and MySQL name the same orders", (redis, rows) =>
        {
            HashSet<OrderId> held = [.. redis.Holdings.Values.SelectMany(orders => orders)];
            held.SymmetricExceptWith(rows.Orders.Where(order => order.IsActive).Select(order => order.Id));
            return None(held.Select(order => $"order {order} stands in one only"));
        });
        CheckRedis("I4", "The outbox is empty", redis => (redis.OutboxLength == 0, $"{redis.OutboxLength} entries"));
    }

    private void EveryoneTold()
    {
        ILookup<int, Crowd.PushReceipt> results = _evidence.Receipts
            .Where(one => one.Type is PushTypes.OrderCreated or PushTypes.OrderFailed or PushTypes.OrderCancelled or PushTypes.OrderRefunded).ToLookup(one => one.User);
        (int User, OrderId Order)[] winners = [.. Told().Where(told => _evidence.Listeners.Contains(told.User))];
        if (_evidence.Listeners.Count == 0)
        {
            _findings.Add(new Finding("I5", "Every connected winner was told once", FindingStatus.NotChecked, "nobody listened"));
            return;
        }

        string[] wrong = [.. winners.Where(told => results[told.User].Count(one => one.Order == told.Order && one.Type == PushTypes.OrderCreated) != 1
                && !IsExplained(told, results))
            .Select(told => $"{NameOf(told.User)} heard {results[told.User].Count(one => one.Order == told.Order)} times of order {told.Order}")];
        Add("I5", "Every connected winner received exactly one order.created (or one explained failure)", wrong.Length == 0,
            wrong.Length == 0 ? $"{winners.Length} connected winners" : Name(wrong));
        HashSet<int> mayHear = [.. _evidence.Attempts
            .Where(one => one.Answer is Answer.Accepted or Answer.AlreadyGrabbed or Answer.Error or Answer.Unavailable).Select(one => one.User)];
        CheckNone("I5", "Nobody was told of an order that is not theirs", results.Where(user => !mayHear.Contains(user.Key)).Select(user => NameOf(user.Key)));
    }

    private bool IsExplained((int User, OrderId Order) told, ILookup<int, Crowd.PushReceipt> results) =>
        _evidence.MySql?.Orders.Any(order => order.Id == told.Order && !order.IsActive) is true
        && results[told.User].Count(one => one.Order == told.Order && one.Type is PushTypes.OrderFailed or PushTypes.OrderCancelled) == 1;

    private IEnumerable<Attempt> Accepted() => _evidence.Attempts.Where(one => one.Answer == Answer.Accepted);

    private IEnumerable<(int User, OrderId Order)> Told() => Accepted().Select(one => (one.User, one.Order!.Value)).Distinct();

    private string NameOf(int user) => _evidence.Users[user].Value;

    private void CheckRedis(string invariant, string check, Func<RedisEvidence, (bool Held, string Detail)> judge) =>
        Check(invariant, check, _evidence.Redis is null ? null : judge(_evidence.Redis), "Redis was not read");

    private void CheckMySql(string invariant, string check, Func<MySqlEvidence, (bool Held, string Detail)> judge) =>
        Check(invariant, check, _evidence.MySql is null ? null : judge(_evidence.MySql), "MySQL was not read");

    private void CheckBoth(string invariant, string check, Func<RedisEvidence, MySqlEvidence, (bool Held, string Detail)> judge) =>
        Check(invariant, check, _evidence is { Redis: { } redis, MySql: { } rows } ? judge(redis, rows) : null, "Redis and MySQL were not both read");

    private void CheckNone(string invariant, string check, IEnumerable<string> offenders) => Check(invariant, check, None(offenders), string.Empty);

    private void Check(string invariant, string check, (bool Held, string Detail)? result, string otherwise)
    {
        if (result is { } judged)
        {
            Add(invariant, check, judged.Held, judged.Detail);
        }
        else
        {
            _findings.Add(new Finding(invariant, check, FindingStatus.NotChecked, otherwise));
        }
    }

    private void Add(string invariant, string check, bool held, string detail) =>
        _findings.Add(new Finding(invariant, check, held ? FindingStatus.Held : FindingStatus.Broken, detail));

    private static (bool Held, string Detail) None(IEnumerable<string> offenders)
    {
        string[] all = [.. offenders];
        return (all.Length == 0, all.Length == 0 ? "none" : Name(all));
    }

    private static string Name(string[] offenders) =>
        $"{offenders.Length}: {string.Join("; ", offenders.Take(MaxNamed))}{(offenders.Length > MaxNamed ? "; …" : string.Empty)}";
}
