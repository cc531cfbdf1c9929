namespace Seckill.Benchmarks.Ceiling;

/// <summary>What <c>grabs.lua</c> prints.</summary>
/// <param name="Requests">Answered.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="P50Ms">Median latency.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="NotAccepted">Answers with a status of 400 or more.</param>
/// <param name="Failed">Connections and requests that broke.</param>
internal sealed record WrkAnswer(long Requests, double Seconds, double P50Ms, double P99Ms, long NotAccepted, long Failed);
