namespace Seckill.Api.Contracts;

/// <summary>The sales.</summary>
/// <param name="ServerTime">The server's clock.</param>
/// <param name="Sales">Newest first, at most 100.</param>
public sealed record SaleList(DateTimeOffset ServerTime, IReadOnlyList<SaleView> Sales);
