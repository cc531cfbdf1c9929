using System.Text.Json;
using Seckill.Core.Live;

namespace Seckill.Api.Contracts;

/// <summary>Seconds of a sale over all nodes, one after another; the lists are as long as <paramref name="Seconds"/>.</summary>
/// <param name="From">The first second, Unix time.</param>
/// <param name="Seconds">How many, 0 to 600.</param>
/// <param name="Grabs">Grabs in each second by outcome (<c>reserved</c>, or the name of the problem); an outcome that did not occur is absent.</param>
/// <param name="P50Ms">Half of the grabs of any sale were answered within so many ms; null in a second without grabs.</param>
/// <param name="P95Ms">95 of 100.</param>
/// <param name="P99Ms">99 of 100.</param>
/// <param name="ServerTime">The server's clock.</param>
public sealed record LiveView(
    long From, int Seconds, IReadOnlyDictionary<string, IReadOnlyList<long>> Grabs, IReadOnlyList<double?> P50Ms, IReadOnlyList<double?> P95Ms, IReadOnlyList<double?> P99Ms,
    DateTimeOffset ServerTime)
{
    internal static LiveView Of(LiveSpan span, DateTimeOffset now) => new(
        span.From, span.Seconds,
        span.Grabs.ToDictionary(grabs => JsonNamingPolicy.KebabCaseLower.ConvertName(grabs.Key.ToString()), grabs => (IReadOnlyList<long>)grabs.Value),
        Percentiles(span, 0.5), Percentiles(span, 0.95), Percentiles(span, 0.99), now);

    private static double?[] Percentiles(LiveSpan span, double share) =>
        [.. span.Latencies.Select(counts => LatencyBuckets.Percentile(counts, share) is { } ms ? Math.Round(ms, 3) : (double?)null)];
}
