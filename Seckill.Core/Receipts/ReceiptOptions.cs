using Seckill.Core.Signing;

namespace Seckill.Core.Receipts;

/// <summary>The keys that sign and verify receipts. The same ring on every Api and Worker; an old key may go once its receipts are no longer in Kafka.</summary>
public sealed record ReceiptOptions : HmacKeyRingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Receipts";
}
