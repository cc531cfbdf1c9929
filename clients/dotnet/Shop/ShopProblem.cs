using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Client.Shop;

/// <summary>Problem details (RFC 9457).</summary>
/// <param name="Type">Stable URI per case.</param>
/// <param name="Title">The same for every occurrence.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What happened this time.</param>
public sealed record ShopProblem(string? Type, string? Title, int? Status, string? Detail)
{
    /// <summary>Further members, for example the <c>orderId</c> of <c>already-grabbed</c>.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? More { get; set; }
}
