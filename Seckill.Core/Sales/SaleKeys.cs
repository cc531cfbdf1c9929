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

    /// <summary>Channel of sale ids: that sale changed. A lost message is mended by the nodes' poll of <see cref="Version"/>.</summary>
    public const string ChangedChannel = "seckill:sales:changed";

    /// <summary>A member of every eligibility set, outside the alphabet of user ids: tells an empty or lost set from one that was written whole.</summary>
    public const string EligibleWritten = "*";

    /// <summary>set: user ids that may grab in a restricted sale, and <see cref="EligibleWritten"/>.</summary>
    public static RedisKey Eligible(SaleId sale) => $"seckill:eligible:{sale}";
}
