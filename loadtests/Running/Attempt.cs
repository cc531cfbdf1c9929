using Seckill.Core.Ids;

namespace Seckill.LoadTests.Running;

/// <summary>One request as its user lived it. Times are offsets from T0.</summary>
/// <param name="User">Index of the user in the crowd.</param>
/// <param name="Step">Index of the step.</param>
/// <param name="Answer">What came back.</param>
/// <param name="Order">The order that the answer named.</param>
/// <param name="IntendedAt">When the user pressed, by the schedule.</param>
/// <param name="SentAt">When the generator got round to it; the lateness belongs to the latency.</param>
/// <param name="AnsweredAt">When the whole answer was read.</param>
public readonly record struct Attempt(
    int User, int Step, Answer Answer, OrderId? Order, TimeSpan IntendedAt, TimeSpan SentAt, TimeSpan AnsweredAt)
{
    /// <summary>From the press, not from the send: a generator or a server that falls behind cannot hide it (coordinated omission).</summary>
    public TimeSpan Latency => AnsweredAt - IntendedAt;
}
