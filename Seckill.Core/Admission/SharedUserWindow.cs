using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>A user's sliding window over all nodes, by <c>sliding-window.lua</c>: <see cref="AdmissionOptions.DistributedUserLimit"/> in <see cref="AdmissionOptions.UserWindow"/>.</summary>
/// <remarks>
/// Thread-safe. One round trip per grab, which travels together with those of others. Redis away: nobody is refused here, since the node's own window has counted the grab before;
/// a metric counts it.
/// </remarks>
internal sealed class SharedUserWindow(RedisConnection redis, AdmissionOptions options, RedisAbsence absence)
{
    private static readonly RedisScript Script = RedisScript.Load("sliding-window.lua");

    private readonly int _limit = options.DistributedUserLimit;
    private readonly long _windowUs = options.UserWindow.Ticks / TimeSpan.TicksPerMicrosecond;
    private readonly TimeSpan _patience = options.RedisPatience;

    /// <summary>False: switched off, and not to be asked.</summary>
    public bool IsOn => _limit > 0;

    /// <summary>Counts one grab, unless it is refused.</summary>
    /// <returns>Zero when it may proceed, or nobody can tell; else how long until one would.</returns>
    public async ValueTask<TimeSpan> CountAsync(UserId user)
    {
        if (absence.IsAway && !absence.TryProbe())
        {
            AdmissionMetrics.Alone(AdmissionLimiter.SharedUser);
            return TimeSpan.Zero;
        }

        try
        {
            RedisResult waitUs = await Script.RunAsync(redis.Database, [AdmissionKeys.UserWindow(user)], [_limit, _windowUs]).WaitAsync(_patience);
            absence.Answered();
            return TimeSpan.FromMicroseconds((long)waitUs);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            absence.Failed(fault);
            AdmissionMetrics.Alone(AdmissionLimiter.SharedUser);
            return TimeSpan.Zero;
        }
    }
}
