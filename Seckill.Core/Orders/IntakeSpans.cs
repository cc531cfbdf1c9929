using System.Diagnostics;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>The spans of the traced reservations of one intake batch: for each one that lasts from the message to the mailbox, and under it one for each step. A batch that is given up exports none.</summary>
internal sealed class IntakeSpans
{
    // Nearly always nobody is traced: then there is no dictionary either.
    private Dictionary<OrderId, Traced>? _traced;

    /// <summary>Begins the span of a reservation, if it is traced.</summary>
    public void Begin(ReservationMessage reservation, DateTimeOffset receivedAt)
    {
        if (TraceContext.Begin("order intake", ActivityKind.Consumer, reservation.Trail.TraceParent, receivedAt) is not { } span)
        {
            return;
        }

        span.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", KafkaTopics.Reservations.Name).SetTag("seckill.order.id", reservation.OrderId.ToString());
        _traced ??= [];
        // One order twice in a batch is a redelivery: its second span ends here.
        if (!_traced.TryAdd(reservation.OrderId, new Traced(span)))
        {
            TraceContext.End(span);
        }
    }

    /// <summary>Begins the same step of all.</summary>
    public void BeginStep(string name, string system)
    {
        foreach (Traced traced in Traces)
        {
            traced.Step = TraceContext.Begin(name, ActivityKind.Client, traced.Whole.Id);
            traced.Step?.SetTag("db.system.name", system);
        }
    }

    /// <summary>Ends the step that is open.</summary>
    public void EndStep()
    {
        foreach (Traced traced in Traces)
        {
            TraceContext.End(traced.Step);
            traced.Step = null;
        }
    }

    /// <summary>What the order's next message carries: the open step's context, or else what the reservation brought, which goes on also where nobody listens.</summary>
    public string? ContextOf(ReservationMessage reservation) =>
        _traced is not null && _traced.TryGetValue(reservation.OrderId, out Traced? traced) ? (traced.Step ?? traced.Whole).Id : reservation.Trail.TraceParent;

    /// <summary>Ends everything.</summary>
    public void End()
    {
        EndStep();
        foreach (Traced traced in Traces)
        {
            TraceContext.End(traced.Whole);
        }
    }

    private IEnumerable<Traced> Traces => _traced?.Values ?? Enumerable.Empty<Traced>();

    private sealed class Traced(Activity whole)
    {
        public Activity Whole => whole;

        public Activity? Step { get; set; }
    }
}
