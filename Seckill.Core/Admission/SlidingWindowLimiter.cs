using System.Diagnostics.Metrics;

namespace Seckill.Core.Admission;

/// <summary>
/// A sliding window per key (a user, an address), approximated by two fixed ones: the count of the last window, weighted by how much of it the sliding window still covers, plus the count
/// of this one. Two numbers per key instead of a time per grab; exact when a key's grabs are spread evenly over a window, and never more than the limit in a fixed window.
/// </summary>
/// <typeparam name="TKey">What is counted. Its hash code must not be foreseeable by whoever chooses keys.</typeparam>
/// <remarks>
/// Thread-safe: keys are spread over stripes, each with its own lock, held for a dictionary access. A refused grab does not count, so who keeps hammering is let in at the limit's
/// rate instead of never. Bounded: a full stripe first forgets keys of past windows, and otherwise admits uncounted.
/// </remarks>
/// <param name="limit">Grabs per window; 0 = no limit.</param>
/// <param name="window">Length of the window.</param>
/// <param name="maxKeys">Keys counted at a time.</param>
/// <param name="uncounted">Counts the grabs of keys for which there was no room.</param>
/// <param name="time">The clock; only its timestamps count.</param>
public sealed class SlidingWindowLimiter<TKey>(int limit, TimeSpan window, int maxKeys, Counter<long> uncounted, TimeProvider time)
    where TKey : struct, IEquatable<TKey>
{
    private const int StripeCount = 64;

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe())];
    private readonly long _windowTicks = window.Ticks;
    private readonly int _maxPerStripe = Math.Max(1, maxKeys / StripeCount);

    /// <summary>Keys that have a place in the table, those of past windows included until their places are needed. For the gauge: read without the locks.</summary>
    public int Counted => _stripes.Sum(stripe => stripe.Counts.Count);

    /// <summary>Counts one grab, unless it is refused.</summary>
    /// <returns>Zero when it may proceed; else how long until one would.</returns>
    public TimeSpan Count(TKey key)
    {
        if (limit == 0)
        {
            return TimeSpan.Zero;
        }

        long now = time.GetElapsedTime(0, time.GetTimestamp()).Ticks;
        long number = now / _windowTicks;
        double passed = (double)(now % _windowTicks) / _windowTicks;
        Stripe stripe = _stripes[(uint)key.GetHashCode() % StripeCount];
        lock (stripe)
        {
            stripe.Counts.TryGetValue(key, out Counter counter);
            counter = counter.MovedTo(number);
            double estimate = (counter.Previous * (1 - passed)) + counter.Current;
            if (estimate + 1 > limit)
            {
                return Wait(counter, passed);
            }

            if (stripe.HasRoomFor(key, _maxPerStripe, number))
            {
                stripe.Counts[key] = counter with { Current = counter.Current + 1 };
            }
            else
            {
                uncounted.Add(1);
            }

            return TimeSpan.Zero;
        }
    }

    /// <summary>Solves previous * (1 - passed) + current + 1 = limit for the time at which it holds, in this window or in the next.</summary>
    private TimeSpan Wait(Counter counter, double passed)
    {
        double room = limit - 1 - counter.Current;
        double windows = room >= 0
            ? 1 - (room / counter.Previous) - passed
            : (1 - passed) + (1 - ((limit - 1.0) / counter.Current));
        return TimeSpan.FromTicks(Math.Max(1, (long)Math.Ceiling(windows * _windowTicks)));
    }

    /// <summary>What a key did in the window <paramref name="Number"/> and in the one before.</summary>
    private readonly record struct Counter(long Number, int Current, int Previous)
    {
        public Counter MovedTo(long number) => (number - Number) switch
        {
            0 => this,
            1 => new Counter(number, 0, Current),
            _ => new Counter(number, 0, 0),
        };
    }

    private sealed class Stripe
    {
        private long _sweptWindow = -1;

        public Dictionary<TKey, Counter> Counts { get; } = [];

        /// <summary>At most one sweep per window: a stripe full of keys that are all in their windows must not be walked by every grab.</summary>
        public bool HasRoomFor(TKey key, int max, long number)
        {
            if (Counts.Count < max || Counts.ContainsKey(key))
            {
                return true;
            }

            if (_sweptWindow != number)
            {
                _sweptWindow = number;
                foreach ((TKey counted, Counter counter) in Counts)
                {
                    if (counter.Number < number - 1)
                    {
                        Counts.Remove(counted);
                    }
                }
            }

            return Counts.Count < max;
        }
    }
}
