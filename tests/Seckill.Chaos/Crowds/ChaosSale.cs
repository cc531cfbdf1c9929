namespace Seckill.Chaos.Crowds;

/// <summary>A sale of one SKU that a run made: what was offered, which no part of the engine is asked for again.</summary>
/// <param name="Id">Sale id, as the Api writes it.</param>
/// <param name="Sku">SKU id.</param>
/// <param name="Units">Units offered.</param>
/// <param name="PerUserLimit">Units that one user may hold.</param>
internal sealed record ChaosSale(string Id, string Sku, int Units, int PerUserLimit);
