using Seckill.Core.Grab;

namespace Seckill.Core.Live;

/// <summary>Seconds of a sale, one after another, over all nodes.</summary>
/// <param name="From">The first second, Unix time.</param>
/// <param name="Seconds">How many, 0 to <see cref="LiveFigures.MaxSeconds"/>.</param>
/// <param name="Grabs">Grabs in each second by outcome; an outcome that did not occur is missing.</param>
/// <param name="Latencies">Times of grabs of every sale in each second, by bucket of <see cref="LatencyBuckets"/>.</param>
public sealed record LiveSpan(long From, int Seconds, IReadOnlyDictionary<GrabOutcome, long[]> Grabs, IReadOnlyList<long[]> Latencies);
