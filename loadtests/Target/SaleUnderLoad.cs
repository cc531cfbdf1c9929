using Seckill.Core.Ids;

namespace Seckill.LoadTests.Target;

/// <summary>The sale that a run made for itself.</summary>
public sealed record SaleUnderLoad(SaleId Sale, SkuId Sku, int Units, int LimitPerUser)
{
    /// <summary>Where its grabs go, relative to the Api.</summary>
    public string GrabPath => $"api/v1/sales/{Sale}/items/{Sku}/grabs";

    /// <summary>Where a grab token is asked for.</summary>
    public string GrabTokenPath => $"api/v1/sales/{Sale}/items/{Sku}/grab-token";
}
