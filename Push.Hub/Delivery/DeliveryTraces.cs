using System.Diagnostics;
using Seckill.Core.Diagnostics;
using Seckill.Core.Push;

namespace Push.Hub.Delivery;

/// <summary>The spans of the traced messages of one connection: one when a message is handed over, one from there to its confirmation. Guarded by the lock of the connection's <see cref="UserSession"/>.</summary>
/// <remarks>Nearly all messages are not traced and cost a look at their body, and that only while somebody listens. At most <see cref="MaxWaiting"/> wait for their confirmation; further ones have no second span.</remarks>
internal sealed class DeliveryTraces
{
    private const int MaxWaiting = 16;

    private List<(long Seq, Activity Ack)>? _waiting;

    /// <summary>A message was handed to the connection.</summary>
    public void Delivered(long seq, ReadOnlySpan<byte> body)
    {
        if (!SeckillMeter.Activities.HasListeners() || PushEnvelope.ReadTrace(body) is not { } trace)
        {
            return;
        }

        Activity? delivery = TraceContext.Begin("push deliver", ActivityKind.Producer, trace);
        TraceContext.End(delivery?.SetTag("messaging.system", "signalr"));
        if (seq > 0 && (_waiting?.Count ?? 0) < MaxWaiting && TraceContext.Begin("push ack", ActivityKind.Consumer, delivery?.Id) is { } ack)
        {
            (_waiting ??= []).Add((seq, ack));
        }
    }

    /// <summary>Everything up to a number is confirmed.</summary>
    public void Acked(long seq) => _waiting?.RemoveAll(one =>
    {
        if (one.Seq <= seq)
        {
            TraceContext.End(one.Ack);
        }

        return one.Seq <= seq;
    });

    /// <summary>What was not confirmed by now never will be here: those spans are not exported.</summary>
    public void Clear() => _waiting = null;
}
