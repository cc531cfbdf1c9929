namespace Seckill.Local.State;

/// <summary>The sale that <c>up</c> opened, and its first SKU.</summary>
public sealed record DemoIds(string SaleId, string SkuId);
