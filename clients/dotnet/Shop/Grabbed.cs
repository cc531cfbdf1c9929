namespace Seckill.Client.Shop;

/// <summary>A successful grab.</summary>
/// <param name="OrderId">The order that will be written.</param>
/// <param name="Status"><c>reserved</c>.</param>
public sealed record Grabbed(string OrderId, string Status);
