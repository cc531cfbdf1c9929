using Seckill.Core.Ids;
using StackExchange.Redis;

namespace Seckill.Core.Sales;

/// <summary>The Redis keys of the catalog.</summary>
public static class SaleKeys
{
    /// <summary>hash: sale id -> JSON of <see cref="Sale"/>; the newest <see cref="SaleCatalog.MaxSales"/>. A copy: MySQL is the truth.</summary>
    public static readonly RedisKey Copy = "{seckill:sales}:copy";

    /// <summary>string: rises with every change of the copy, never below the clock in ms, so that a lost one does not come back with a value seen before.</summary>
    public static readonly RedisKey Version = "{seckill:sales}:version";

    /// <summary>string: JSON of <see cref="KillSwitchState"/>; absent: never thrown, or lost. Does not expire. See <see cref="KillSwitch"/>.</summary>
    public static readonly RedisKey KillSwitch = "{seckill:sales}:kill-switch";

    /// <summary>Channel of sale ids: that sale changed; <c>0</c>: the kill-switch was thrown. A lost message is mended by the nodes' poll of <see cref="Version"/>.</summary>
    public const string ChangedChannel = "seckill:sales:changed";

    /// <summary>A member of every eligibility set, outside the alphabet of user ids: tells an empty or lost set from one that was written whole.</summary>
    public const string EligibleWritten = "*";

    /// <summary>Channel of sale ids: the list of users of that sale has a new version, or a filter of it was published. A lost message is mended by the nodes' poll of <see cref="EligibleVersion"/>.</summary>
    public const string EligibleChannel = "seckill:eligible:changed";

    /// <summary>How long a list stays after its sale's window: until nobody asks about it any more.</summary>
    public static readonly TimeSpan KeepEligible = TimeSpan.FromHours(1);

    /// <summary>What the keys of a sale's list share: one slot, with its filter.</summary>
    public static string EligibleTag(SaleId sale) => $"seckill:eligible:{sale}";

    /// <summary>set: user ids that may grab in a restricted sale, and <see cref="EligibleWritten"/>. Expires <see cref="KeepEligible"/> after the sale's window, about 50 bytes a user.</summary>
    public static RedisKey Eligible(SaleId sale) => $"{{{EligibleTag(sale)}}}:list";

    /// <summary>string: rises with every change of the list, never below the clock in ms. Expires with it.</summary>
    public static RedisKey EligibleVersion(SaleId sale) => $"{{{EligibleTag(sale)}}}:version";
}
