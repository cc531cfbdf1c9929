using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.Orders;

/// <summary>Source-generated JSON of the pushes: camel case, absent members left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderPush))]
internal sealed partial class OrderPushJson : JsonSerializerContext;
