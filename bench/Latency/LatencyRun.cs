using Seckill.LoadTests.Running;

namespace Seckill.Benchmarks.Latency;

/// <summary>What one load did to one contestant.</summary>
/// <param name="Offered">Arrivals a second; 0 in a closed loop.</param>
/// <param name="Accepted">Accepted grabs a second: the goodput.</param>
/// <param name="Refused">Refused by name, a second.</param>
/// <param name="NotSent">Arrivals that the generator never sent, for too many were under way.</param>
/// <param name="Errors">Answers that broke.</param>
/// <param name="P50Ms">Median latency of accepted grabs, from the intended arrival.</param>
/// <param name="P99Ms">99th percentile of the same.</param>
internal sealed record LatencyRun(double Offered, double Accepted, double Refused, long NotSent, long Errors, double P50Ms, double P99Ms)
{
    public static LatencyRun Of(OpenModelRunner runner, double offered)
    {
        AttemptLog log = runner.Log;
        double seconds = runner.Elapsed.TotalSeconds;
        LatencyHistogram accepted = log.Latency(Answer.Accepted);
        long refused = log.Count(Answer.SoldOut) + log.Count(Answer.Throttled) + log.Count(Answer.Unavailable);
        return new LatencyRun(
            offered, log.Count(Answer.Accepted) / seconds, refused / seconds, log.Count(Answer.NotSent), log.Count(Answer.Error), accepted.Percentile(50).TotalMilliseconds, accepted.Percentile(99).TotalMilliseconds);
    }
}
