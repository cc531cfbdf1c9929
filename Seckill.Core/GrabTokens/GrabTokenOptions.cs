using System.ComponentModel.DataAnnotations;
using Seckill.Core.Signing;

namespace Seckill.Core.GrabTokens;

/// <summary>Grab tokens and the proof of work that they may cost. The same keys and times on every Api. An old key may go once its tokens have expired: minutes.</summary>
public sealed record GrabTokenOptions : HmacKeyRingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:GrabTokens";

    /// <summary>
    /// Life of a token, 1 s to 1 h. Default 2 min: long enough for a buyer who is told to slow down and presses again, short enough that tokens are not worth hoarding or selling. Used tokens are
    /// remembered in Redis for as long, about 150 bytes each.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Life of a challenge, 1 s to 1 h. Default 2 min: room for the hardest one on a slow phone that has bad luck.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ChallengeLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How far the clocks of two Api nodes may be apart, 0 to 1 min. Default 5 s: nodes that keep time are within milliseconds, and a token that lives so much longer does no harm.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The share of refused grabs that makes the proof of work one bit harder, 0.01 to 1. Default 0.1: when nine of ten are refused, work is 2^9 times as much.</summary>
    [Range(0.01, 1.0)]
    public double RefusedSharePerBit { get; set; } = 0.1;

    /// <summary>After this long a refusal counts half, 100 ms to 10 min. Default 5 s: the crowd of T0 is felt within seconds, and so is its end.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RefusalHalfLife { get; set; } = TimeSpan.FromSeconds(5);
}
