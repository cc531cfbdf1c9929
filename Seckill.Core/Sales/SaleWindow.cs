namespace Seckill.Core.Sales;

/// <summary>When a sale takes grabs.</summary>
/// <param name="StartsAt">First instant, inclusive.</param>
/// <param name="EndsAt">Last instant, exclusive; after <paramref name="StartsAt"/>.</param>
public readonly record struct SaleWindow(DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    /// <summary>Where an instant lies: before, in or after the window.</summary>
    public SaleState StateAt(DateTimeOffset now) =>
        now < StartsAt ? SaleState.Scheduled : now < EndsAt ? SaleState.Open : SaleState.Closed;
}
