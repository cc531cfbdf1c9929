using Seckill.Core.Resilience;

namespace Seckill.Core.Database;

/// <summary>
/// What stands between the Api and MySQL. Only the opening of a connection is repeated: nothing has been asked on it yet. What is asked on it is not, for it may have taken effect.
/// </summary>
/// <remarks>
/// Defaults: <c>Timeout</c> 5 s for a handshake and for each statement, above what a lock in the way or a busy disk takes, below the patience of a page; <c>Retries</c> 2 from 50 ms on, which outlasts a lost
/// connection and is over before anyone notices; <c>SlowAfter</c> 2 s, a hundred times what a healthy statement takes; half (<c>FailureRatio</c>) of at least 20 calls (<c>MinimumCalls</c>) in 10 s
/// (<c>SamplingWindow</c>), so that two unlucky requests shut nobody out; <c>BreakFor</c> 2 s, the longest that anybody is turned away once MySQL is back; <c>MaxConcurrent</c> 64, below the 100 at which the
/// driver's pool would make callers wait in its own way; <c>MaxQueued</c> 256, four turns of those.
/// </remarks>
public sealed record MySqlResilienceOptions : ResilienceOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Resilience:MySql";

    /// <summary>The defaults.</summary>
    public MySqlResilienceOptions()
    {
        Timeout = TimeSpan.FromSeconds(5);
        Retries = 2;
        RetryPause = TimeSpan.FromMilliseconds(50);
        SlowAfter = TimeSpan.FromSeconds(2);
        FailureRatio = 0.5;
        SamplingWindow = TimeSpan.FromSeconds(10);
        MinimumCalls = 20;
        BreakFor = TimeSpan.FromSeconds(2);
        MaxConcurrent = 64;
        MaxQueued = 256;
    }
}
