using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Admission;

/// <summary>Whether the limiters can ask Redis. While it is away they decide by themselves at once, and one of them tries again each <see cref="ProbePause"/>.</summary>
/// <remarks>Thread-safe. Without it every grab would wait for a time-out of its own.</remarks>
internal sealed class RedisAbsence(TimeProvider time, ILogger log)
{
    private static readonly TimeSpan LogPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private volatile bool _away;
    private long _probeAt;
    private long? _loggedAt;
    private bool _logged;

    /// <summary>How long to leave Redis alone after it did not answer: 500 ms.</summary>
    public static TimeSpan ProbePause { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>True from a question without an answer to the next answer.</summary>
    public bool IsAway => _away;

    /// <summary>Redis has answered.</summary>
    public void Answered()
    {
        if (!_away)
        {
            return;
        }

        lock (_gate)
        {
            _away = false;
            if (_logged)
            {
                _logged = false;
                log.LimitersShareAgain();
            }
        }
    }

    /// <summary>Redis has not answered, or with an error.</summary>
    public void Failed(Exception fault)
    {
        lock (_gate)
        {
            _away = true;
            _probeAt = time.GetTimestamp();
            // A Redis that answers every other question must not fill the log.
            if (!_logged && (_loggedAt is not { } before || time.GetElapsedTime(before) >= LogPause))
            {
                (_logged, _loggedAt) = (true, time.GetTimestamp());
                log.LimitersAlone(fault);
            }
        }
    }

    /// <summary>True for one caller each <see cref="ProbePause"/>, while Redis is away: that one asks.</summary>
    public bool TryProbe()
    {
        lock (_gate)
        {
            if (!_away || time.GetElapsedTime(_probeAt) < ProbePause)
            {
                return false;
            }

            _probeAt = time.GetTimestamp();
            return true;
        }
    }
}
