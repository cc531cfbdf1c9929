using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Security;

/// <summary>What browsers are told to hold on to.</summary>
public sealed record SecurityHeaderOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:SecurityHeaders";

    /// <summary>
    /// How long a browser that has seen this host by HTTPS uses nothing else for it, 0 (not said) to 730 days. Default 365 days. Said on HTTPS only, our own or a known proxy's
    /// (<c>X-Forwarded-Proto</c>), and for this host alone: whether the names beside it are ready is not ours to say.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "730.00:00:00")]
    public TimeSpan StrictTransportFor { get; set; } = TimeSpan.FromDays(365);
}
