using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.Stock;

/// <summary>Source-generated JSON of the stock hints: camel case.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StockHintPush))]
[JsonSerializable(typeof(UnitsReturnedPush))]
internal sealed partial class StockHintJson : JsonSerializerContext;
