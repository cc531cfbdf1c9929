using Seckill.Core.Ids;

namespace Seckill.Core.GrabTokens;

/// <summary>What a token or a challenge is bound to.</summary>
/// <param name="Sale">The sale.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="User">The user.</param>
public readonly record struct GrabTicket(SaleId Sale, SkuId Sku, UserId User);
