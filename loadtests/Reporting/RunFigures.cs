using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Crowd;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Reporting;

/// <summary>The numbers of a run.</summary>
public sealed class RunFigures
{
    private readonly Dictionary<string, double> _figures = [];

    private RunFigures()
    {
    }

    /// <summary>By name, as thresholds and the JSON report use them; times in ms, rates per second, shares from 0 to 1.</summary>
    public IReadOnlyDictionary<string, double> Figures => _figures;

    /// <summary>From the intended arrival to the order row's <c>created_at</c> (one clock: everything is on this machine).</summary>
    public LatencyHistogram TimeToOrder { get; } = new();

    /// <summary>From the intended arrival to the push at the winner's client.</summary>
    public LatencyHistogram TimeToPush { get; } = new();

    /// <summary>From the intended arrival to the send: how far behind the generator was. Contained in every latency.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>Counts over time.</summary>
    public Timeline Timeline { get; private set; } = new(TimeSpan.FromSeconds(1), []);

    /// <summary>The figures of a run in which nothing happened: all the names, to check a threshold before it costs a run.</summary>
    public static RunFigures OfNothing() => Of(
        new OpenModelRunner(new Scenario("nothing", [], [], MaxInFlight: 1), _ => 0, TimeProvider.System),
        new AuditEvidence { Units = 0, LimitPerUser = 1, Users = [], Attempts = [], Listeners = new HashSet<int>(), Receipts = [] });

    public double this[string name] => _figures[name];

    public static RunFigures Of(OpenModelRunner runner, AuditEvidence evidence)
    {
        RunFigures figures = new();
        AttemptLog log = runner.Log;
        figures._figures["arrivals.count"] = runner.Arrivals;
        double all = Math.Max(1, evidence.Attempts.Count);
        foreach (Answer answer in AnswerText.All)
        {
            string name = answer.ToText();
            figures._figures[$"{name}.count"] = log.Count(answer);
            figures._figures[$"{name}.share"] = log.Count(answer) / all;
            figures.AddPercentiles(name, log.Latency(answer));
        }

        foreach (Attempt one in evidence.Attempts)
        {
            figures.Lateness.Record(one.SentAt - one.IntendedAt);
        }

        figures.AddPercentiles("lateness", figures.Lateness);
        figures.AddBots(evidence);
        figures.AddRates(evidence);
        figures.AddJourneys(runner.StartedAt, evidence);
        figures.Timeline = Timeline.Of(runner.StartedAt, evidence);
        return figures;
    }

    private void AddPercentiles(string name, LatencyHistogram latencies)
    {
        _figures[$"{name}.p50Ms"] = latencies.Percentile(50).TotalMilliseconds;
        _figures[$"{name}.p90Ms"] = latencies.Percentile(90).TotalMilliseconds;
        _figures[$"{name}.p99Ms"] = latencies.Percentile(99).TotalMilliseconds;
        _figures[$"{name}.maxMs"] = latencies.Max.TotalMilliseconds;
    }

    private void AddBots(AuditEvidence evidence)
    {
        int honest = evidence.Users.Count - evidence.Bots;
        ILookup<int, OrderId?> orders = evidence.Attempts.Where(one => one.Answer == Answer.Accepted).ToLookup(one => one.User, one => one.Order);
        _figures["honest.accepted.share"] = orders.Count(user => user.Key < honest) / (double)Math.Max(1, honest);
        _figures["bots.accepted.count"] = orders.Count(user => user.Key >= honest);
        _figures["bots.overLimit.count"] = orders.Count(user => user.Key >= honest && user.Distinct().Count() > evidence.LimitPerUser);
        _figures["forgeries.taken.count"] = evidence.ForgeriesTaken;
    }

    /// <summary>Each rate over its own time: from T0 to the last answer of its kind, so that a tail is charged to it.</summary>
    private void AddRates(AuditEvidence evidence)
    {
        Attempt[] answered = [.. evidence.Attempts.Where(one => one.Answer is not (Answer.NotSent or Answer.Error))];
        Attempt[] accepted = [.. answered.Where(one => one.Answer == Answer.Accepted)];
        _figures["answered.perSecond"] = PerSecond(answered.Length, answered.Select(one => one.AnsweredAt).DefaultIfEmpty().Max());
        _figures["accepted.perSecond"] = PerSecond(accepted.Length, accepted.Select(one => one.AnsweredAt).DefaultIfEmpty().Max());
        AuditedOrder[] rows = [.. evidence.MySql?.Orders ?? []];
        _figures["orders.count"] = rows.Length;
        _figures["kafka.repeated.count"] = evidence.Kafka?.Repeated ?? 0;
        _figures["orders.perSecond"] = rows.Length == 0 ? 0
            : PerSecond(rows.Length, rows.Max(row => row.CreatedAt) - rows.Min(row => row.ReservedAt));
    }

    private void AddJourneys(DateTimeOffset startedAt, AuditEvidence evidence)
    {
        Dictionary<OrderId, DateTimeOffset> pressedAt = [];
        foreach (Attempt one in evidence.Attempts)
        {
            if (one is { Answer: Answer.Accepted, Order: { } order })
            {
                pressedAt[order] = startedAt + one.IntendedAt;
            }
        }

        foreach (AuditedOrder row in evidence.MySql?.Orders ?? [])
        {
            if (pressedAt.TryGetValue(row.Id, out DateTimeOffset pressed))
            {
                TimeToOrder.Record(row.CreatedAt - pressed);
            }
        }

        foreach (PushReceipt push in evidence.Receipts)
        {
            if (push is { Type: PushTypes.OrderCreated, Order: { } order } && pressedAt.TryGetValue(order, out DateTimeOffset pressed))
            {
                TimeToPush.Record(push.At - pressed);
            }
        }

        _figures["pushed.count"] = TimeToPush.Count;
        AddPercentiles("timeToOrder", TimeToOrder);
        AddPercentiles("timeToPush", TimeToPush);
    }

    private static double PerSecond(int count, TimeSpan over) => over <= TimeSpan.Zero ? 0 : count / over.TotalSeconds;
}
