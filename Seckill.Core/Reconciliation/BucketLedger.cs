namespace Seckill.Core.Reconciliation;

/// <summary>The counts of one bucket in all three places.</summary>
/// <param name="Bucket"><c>sale:sku:index</c>.</param>
/// <param name="Units">Units offered.</param>
/// <param name="Left">Redis: units left; -1 when missing.</param>
/// <param name="Held">Redis: units held by buyers; -1 when not read.</param>
/// <param name="Active">MySQL: orders pending payment or paid; -1 when not read.</param>
/// <param name="Sold">MySQL: what the guard counts.</param>
/// <param name="Outbox">Redis: batches that await Kafka.</param>
/// <param name="Epoch">MySQL: the epoch that Redis must have.</param>
/// <param name="Pending">Why nothing was compared; null when everything was.</param>
public sealed record BucketLedger(string Bucket, int Units, long Left, long Held, long Active, int Sold, long Outbox, long Epoch, string? Pending);
