using System.Text.Json;

namespace Seckill.Core.Sales;

/// <summary>How a sale is written into the catalog's copy, and its admission into MySQL.</summary>
internal static class SaleJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static string Write(Sale sale) => JsonSerializer.Serialize(sale, Options);

    /// <exception cref="JsonException">The text is no sale.</exception>
    public static Sale Read(string text) => JsonSerializer.Deserialize<Sale>(text, Options) ?? throw new JsonException("The copy of a sale is null.");

    public static string WriteAdmission(SaleAdmission admission) => JsonSerializer.Serialize(admission, Options);

    /// <exception cref="JsonException">The text is no admission.</exception>
    public static SaleAdmission ReadAdmission(string text) => JsonSerializer.Deserialize<SaleAdmission>(text, Options) ?? throw new JsonException("The admission of a sale is null.");
}
