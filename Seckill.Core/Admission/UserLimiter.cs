using Seckill.Core.Ids;

namespace Seckill.Core.Admission;

/// <summary>
/// A sliding window per user, approximated by two fixed ones: the count of the last window, weighted by how much of it the sliding window still covers, plus the count of this one.
/// Two numbers per user instead of a time per grab; exact when a user's grabs are spread evenly over a window.
/// </summary>
/// <remarks>
/// Thread-safe: users are spread over stripes, each with its own lock, held for a dictionary access. A refused grab does not count, so who keeps hammering is let in at the limit's
/// rate instead of never. Bounded by <see cref="AdmissionOptions.MaxCountedUsers"/>: a full stripe first forgets users of past windows, and otherwise admits uncounted.
/// </remarks>
internal sealed class UserLimiter
{
    private const int StripeCount = 64;

    private readonly Stripe[] _stripes = new Stripe[StripeCount];
    private readonly TimeProvider _time;
    private readonly long _windowTicks;
    private readonly int _limit;
    private readonly int _maxPerStripe;

    public UserLimiter(AdmissionOptions options, TimeProvider time)
    {
        _time = time;
        _limit = options.UserLimit;
        _windowTicks = options.UserWindow.Ticks;
        _maxPerStripe = Math.Max(1, options.MaxCountedUsers / StripeCount);
        for (int i = 0; i < StripeCount; i++)
        {
            _stripes[i] = new Stripe();
        }
    }

    /// <summary>Counts one grab, unless it is refused.</summary>
    /// <returns>Zero when it may proceed; else how long until one would.</returns>
    public TimeSpan Count(UserId user)
    {
        if (_limit == 0)
        {
            return TimeSpan.Zero;
        }

        long now = _time.GetElapsedTime(0, _time.GetTimestamp()).Ticks;
        long window = now / _windowTicks;
        double passed = (double)(now % _windowTicks) / _windowTicks;
        Stripe stripe = _stripes[(uint)user.GetHashCode() % StripeCount];
        lock (stripe)
        {
            stripe.Counts.TryGetValue(user.Value, out Counter counter);
            counter = counter.MovedTo(window);
            double estimate = (counter.Previous * (1 - passed)) + counter.Current;
            if (estimate + 1 > _limit)
            {
                return Wait(counter, passed);
            }

            if (stripe.HasRoomFor(user.Value, _maxPerStripe, window))
            {
                stripe.Counts[user.Value] = counter with { Current = counter.Current + 1 };
            }
            else
            {
                AdmissionMetrics.Uncounted.Add(1);
            }

            return TimeSpan.Zero;
        }
    }

    /// <summary>Solves previous * (1 - passed) + current + 1 = limit for the time at which it holds, in this window or in the next.</summary>
    private TimeSpan Wait(Counter counter, double passed)
    {
        double room = _limit - 1 - counter.Current;
        double windows = room >= 0
            ? 1 - (room / counter.Previous) - passed
            : (1 - passed) + (1 - ((_limit - 1.0) / counter.Current));
        return TimeSpan.FromTicks(Math.Max(1, (long)Math.Ceiling(windows * _windowTicks)));
    }

    /// <summary>What a user did in the window <paramref name="Window"/> and in the one before.</summary>
    private readonly record struct Counter(long Window, int Current, int Previous)
    {
        public Counter MovedTo(long window) => (window - Window) switch
        {
            0 => this,
            1 => new Counter(window, 0, Current),
            _ => new Counter(window, 0, 0),
        };
    }

    private sealed class Stripe
    {
        private long _sweptWindow = -1;

        public Dictionary<string, Counter> Counts { get; } = [];

        /// <summary>At most one sweep per window: a stripe full of users who are all in their windows must not be walked by every grab.</summary>
        public bool HasRoomFor(string user, int max, long window)
        {
            if (Counts.Count < max || Counts.ContainsKey(user))
            {
                return true;
            }

            if (_sweptWindow != window)
            {
                _sweptWindow = window;
                foreach ((string counted, Counter counter) in Counts)
                {
                    if (counter.Window < window - 1)
                    {
                        Counts.Remove(counted);
                    }
                }
            }

            return Counts.Count < max;
        }
    }
}
