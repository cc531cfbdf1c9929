namespace Seckill.Core.Stock.Recovery;

/// <summary>Who holds units of a bucket, by the order rows.</summary>
/// <param name="Buyers">User id -> <c>slot=orderId[,slot=orderId…]</c>, as the buyers hash has it.</param>
/// <param name="Units">Active orders.</param>
internal sealed record Holders(IReadOnlyDictionary<string, string> Buyers, int Units);
