namespace Seckill.Client.Shop;

/// <summary>A successful grab.</summary>
/// <param name="OrderId">The order that will be written.</param>
/// <param name="Status"><c>reserved</c>.</param>
/// <param name="Receipt">The engine's signed word that it reserved the unit; worth keeping. Null from an engine that signs none.</param>
public sealed record Grabbed(string OrderId, string Status, string? Receipt = null);
