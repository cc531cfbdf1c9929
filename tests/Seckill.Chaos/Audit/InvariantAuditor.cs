using System.Globalization;
using Seckill.Chaos.Crowds;

namespace Seckill.Chaos.Audit;

/// <summary>Judges the evidence of a quiet system against I1 to I6. Nothing of the engine's own code or view: what was offered, what was answered, what is stored, what was heard.</summary>
internal static class InvariantAuditor
{
    /// <summary>Every violation that the evidence shows; none for a sound system.</summary>
    public static IReadOnlyList<Violation> Judge(AuditEvidence evidence)
    {
        List<Violation> violations = [];
        ILookup<string, GrabAnswer> answers = evidence.Answers.ToLookup(answer => answer.Sale.Id);
        foreach (SaleEvidence sale in evidence.Sales)
        {
            violations.AddRange(NoOversell(sale));
            violations.AddRange(NoUndersell(sale, answers[sale.Sale.Id]));
            violations.AddRange(OnePerUser(sale));
            violations.AddRange(NothingLost(sale, answers[sale.Sale.Id]));
        }

        violations.AddRange(OrderIdsAreUnique(evidence));
        violations.AddRange(NothingLeftOver(evidence));
        violations.AddRange(Told(evidence));
        violations.AddRange(evidence.Bounds.Where(sample => sample.Highest > sample.Bound).Select(sample =>
            new Violation(Invariant.Bounded, $"{sample.Gauge} reached {sample.Highest}, its bound is {sample.Bound}")));
        return violations;
    }

    /// <summary>I1 alone, which must hold at every moment and not only at the end.</summary>
    public static IEnumerable<Violation> NoOversell(SaleEvidence sale)
    {
        int active = sale.Orders.Count(order => order.IsActive);
        if (active > sale.Sale.Units)
        {
            yield return new(Invariant.NoOversell, $"sale {sale.Sale.Id}: {active} active orders for {sale.Sale.Units} units");
        }

        if (sale.Left < 0)
        {
            yield return new(Invariant.NoOversell, $"sale {sale.Sale.Id}: {sale.Left} units left in Redis");
        }

        if (sale.GuardUnits != sale.Sale.Units)
        {
            yield return new(Invariant.NoOversell, $"sale {sale.Sale.Id}: the guard allows {sale.GuardUnits} units, offered were {sale.Sale.Units}");
        }
    }

    private static IEnumerable<Violation> NoUndersell(SaleEvidence sale, IEnumerable<GrabAnswer> answers)
    {
        string name = $"sale {sale.Sale.Id}";
        int active = sale.Orders.Count(order => order.IsActive);
        if (sale.Left is not { } left)
        {
            yield return new(Invariant.NoUndersell, $"{name}: its stock is not in Redis");
            yield break;
        }

        if (left + active != sale.Sale.Units)
        {
            yield return new(Invariant.NoUndersell, $"{name}: {left} left + {active} active orders are not {sale.Sale.Units} units");
        }

        if (sale.GuardSold != active)
        {
            yield return new(Invariant.NoUndersell, $"{name}: the guard counts {sale.GuardSold} sold, there are {active} active orders");
        }

        HashSet<long> held = [.. sale.Held.Values.SelectMany(orders => orders)];
        HashSet<long> stored = [.. sale.Orders.Where(order => order.IsActive).Select(order => order.OrderId)];
        if (!held.SetEquals(stored))
        {
            long[] limbo = [.. held.Except(stored)];
            long[] unheld = [.. stored.Except(held)];
            yield return new(
                Invariant.NoUndersell,
                $"{name}: {limbo.Length} units held in Redis without an active order ({Some(limbo)}), {unheld.Length} active orders not held in Redis ({Some(unheld)})");
        }

        bool unitsReturned = sale.Orders.Any(order => !order.IsActive);
        if (left > 0 && !unitsReturned && answers.Any(answer => answer.SoldOut))
        {
            yield return new(Invariant.NoUndersell, $"{name}: somebody was told 'sold out', yet {left} units are left and none was given back");
        }
    }

    private static IEnumerable<Violation> OnePerUser(SaleEvidence sale)
    {
        foreach (IGrouping<string, OrderRow> user in sale.Orders.Where(order => order.IsActive).GroupBy(order => order.User))
        {
            if (user.Count() > sale.Sale.PerUserLimit)
            {
                yield return new(Invariant.OnePerUser, $"sale {sale.Sale.Id}: {user.Key} has {user.Count()} active orders ({Some(user.Select(order => order.OrderId))}), allowed are {sale.Sale.PerUserLimit}");
            }
        }

        foreach ((string user, IReadOnlyList<long> held) in sale.Held)
        {
            if (held.Count > sale.Sale.PerUserLimit || held.Distinct().Count() != held.Count)
            {
                yield return new(Invariant.OnePerUser, $"sale {sale.Sale.Id}: {user} holds {held.Count} units in Redis ({Some(held)}), allowed are {sale.Sale.PerUserLimit}");
            }
        }
    }

    private static IEnumerable<Violation> NothingLost(SaleEvidence sale, IEnumerable<GrabAnswer> answers)
    {
        ILookup<long, OrderRow> rows = sale.Orders.ToLookup(order => order.OrderId);
        ILookup<string, OrderRow> active = sale.Orders.Where(order => order.IsActive).ToLookup(order => order.User);
        foreach (IGrouping<string, GrabAnswer> user in answers.GroupBy(answer => answer.User))
        {
            foreach (string order in user.Where(answer => answer.HasOrder).Select(answer => answer.OrderId!).Distinct())
            {
                OrderRow[] stored = [.. rows[long.Parse(order, CultureInfo.InvariantCulture)]];
                if (stored is not [{ } row])
                {
                    yield return new(Invariant.NothingLost, $"sale {sale.Sale.Id}: {user.Key} was given order {order}, of which there are {stored.Length} rows");
                }
                else if (row.User != user.Key)
                {
                    yield return new(Invariant.OnePerUser, $"sale {sale.Sale.Id}: {user.Key} was given order {order}, which is {row.User}'s");
                }
            }

            // The last word counts: a user who walked away with "sold out" must hold nothing, or a unit is bought by somebody who will never pay for it.
            if (user.Where(answer => !answer.AsksAgain).MaxBy(answer => answer.SentAt) is { SoldOut: true } last
                && active[user.Key].FirstOrDefault(order => order.ReservedAt <= last.SentAt) is { } kept)
            {
                yield return new(Invariant.NothingLost, $"sale {sale.Sale.Id}: {user.Key} was told 'sold out' at the end and holds order {kept.OrderId}");
            }
        }
    }

    private static IEnumerable<Violation> OrderIdsAreUnique(AuditEvidence evidence) =>
        evidence.Sales.SelectMany(sale => sale.Orders).GroupBy(order => order.OrderId).Where(order => order.Count() > 1).Select(order =>
            new Violation(Invariant.OnePerUser, $"order id {order.Key} stands {order.Count()} times, of {string.Join(", ", order.Select(row => row.User))}"));

    private static IEnumerable<Violation> NothingLeftOver(AuditEvidence evidence)
    {
        foreach (SaleEvidence sale in evidence.Sales.Where(sale => sale.OutboxEntries > 0))
        {
            yield return new(Invariant.NothingLost, $"sale {sale.Sale.Id}: {sale.OutboxEntries} outbox entries never reached Kafka");
        }

        if (evidence.Lag > 0)
        {
            yield return new(Invariant.NothingLost, $"Kafka holds {evidence.Lag} messages that nobody finished");
        }

        foreach (DeadLetter letter in evidence.DeadLetters)
        {
            yield return new(Invariant.NothingLost, $"put aside on {letter.Topic}, though nobody sent anything bad: {letter.Error}: {letter.Value}");
        }
    }

    private static IEnumerable<Violation> Told(AuditEvidence evidence)
    {
        foreach (OrderRow order in evidence.Sales.SelectMany(sale => sale.Orders))
        {
            string id = order.OrderId.ToString(CultureInfo.InvariantCulture);
            if (evidence.Received.TryGetValue(order.User, out IReadOnlyCollection<ReceivedPush>? received))
            {
                string? told = received.LastOrDefault(push => push.OrderId == id && push.Status is not null)?.Status;
                if (told != order.Status && !(received.Any(push => push.IsGap) && WasShown(evidence, order, id)))
                {
                    yield return new(Invariant.Told, $"{order.User} listened and knows order {id} as {told ?? "nothing"}; it is {order.Status}");
                }
            }
            else if (order.CreatedAt >= evidence.MailboxesSince && evidence.Mailboxes.TryGetValue(order.User, out IReadOnlyList<StoredPush>? mailbox)
                && mailbox.LastOrDefault(push => push.OrderId == id)?.Status is var kept && kept != order.Status)
            {
                yield return new(Invariant.Told, $"the mailbox of {order.User} knows order {id} as {kept ?? "nothing"}; it is {order.Status}");
            }
        }

        foreach ((string user, IReadOnlyCollection<ReceivedPush> received) in evidence.Received)
        {
            foreach (Violation violation in SameIdSameMessage(user, received).Concat(NoSilentHole(user, received)))
            {
                yield return violation;
            }
        }
    }

    private static bool WasShown(AuditEvidence evidence, OrderRow order, string id) =>
        evidence.Shown.TryGetValue(order.User, out IReadOnlyDictionary<string, string>? shown) && shown.GetValueOrDefault(id) == order.Status;

    private static IEnumerable<Violation> SameIdSameMessage(string user, IEnumerable<ReceivedPush> received)
    {
        foreach (IGrouping<(string Epoch, string Id), ReceivedPush> message in received.Where(push => push.Seq > 0).GroupBy(push => (push.Epoch, push.Id)))
        {
            if (message.Select(push => (push.Seq, push.Type, Text: push.Payload.GetRawText())).Distinct().Count() > 1)
            {
                yield return new(Invariant.Told, $"{user} got message {message.Key.Id} with different numbers or contents: {string.Join(", ", message.Select(push => push.Seq))}");
            }
        }
    }

    /// <summary>Within one connection and life of the mailbox numbers rise one by one, or the server says that there is a hole. What was not confirmed in time may come again.</summary>
    private static IEnumerable<Violation> NoSilentHole(string user, IEnumerable<ReceivedPush> received)
    {
        long last = 0;
        (int Connection, string Epoch) place = default;
        foreach (ReceivedPush push in received)
        {
            if (push.IsGap || (push.Connection, push.Epoch) != place)
            {
                last = 0;
                place = (push.Connection, push.Epoch);
            }

            if (push.Seq == 0)
            {
                continue;
            }

            if (last > 0 && push.Seq > last + 1)
            {
                yield return new(Invariant.Told, $"{user} got {push.Seq} after {last} on one connection, and no word of a hole");
            }

            last = Math.Max(last, push.Seq);
        }
    }

    private static string Some(IEnumerable<long> orders) => string.Join(", ", orders.Take(3));
}
