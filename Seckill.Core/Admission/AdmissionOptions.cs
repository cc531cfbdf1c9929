using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Admission;

/// <summary>How many grabs may go on to the stock at all. The defaults stop a machine gun, not a crowd.</summary>
public sealed record AdmissionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Admission";

    /// <summary>Grabs per second that this node lets through, 0 to 10,000,000; 0 = no limit. Default 0: a batched grab costs less than a refusal saves, so limit only to protect what stands behind.</summary>
    [Range(0, 10_000_000)]
    public int NodeRatePerSecond { get; set; }

    /// <summary>Grabs that may come at once on top of the rate, 1 to 10,000,000. Default 10,000. Without effect while there is no rate.</summary>
    [Range(1, 10_000_000)]
    public int NodeBurst { get; set; } = 10_000;

    /// <summary>Grabs of one user per <see cref="UserWindow"/>, 0 to 1,000,000; 0 = no limit. Default 20: an eager finger makes eight a second, and five open tabs refresh.</summary>
    [Range(0, 1_000_000)]
    public int UserLimit { get; set; } = 20;

    /// <summary>The window that slides over a user's grabs, 100 ms to 1 h. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan UserWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Users counted at a time, 64 to 10,000,000. Default 200,000, about 25 MB. When as many are in their windows, a further user goes uncounted (and a metric says so): the stock still holds one unit per user.</summary>
    [Range(64, 10_000_000)]
    public int MaxCountedUsers { get; set; } = 200_000;
}
