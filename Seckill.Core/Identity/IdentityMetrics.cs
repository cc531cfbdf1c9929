using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Identity;

/// <summary>How often a token was known already. Two counters rather than a tag: a counter without tags costs each request a single addition.</summary>
internal static class IdentityMetrics
{
    public static readonly Counter<long> Remembered = SeckillMeter.Meter.CreateCounter<long>("seckill.token_cache.hits", "{token}", "Tokens that were known to be good.");

    public static readonly Counter<long> Checked = SeckillMeter.Meter.CreateCounter<long>("seckill.token_cache.misses", "{token}", "Tokens whose signature had to be checked, good or not.");
}
