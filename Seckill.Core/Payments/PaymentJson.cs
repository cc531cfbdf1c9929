using System.Text.Json;
using System.Text.Json.Serialization;
using Seckill.Core.Payments.Sandbox;

namespace Seckill.Core.Payments;

/// <summary>Source-generated JSON of callbacks, deadlines and sandbox wishes: camel case. A missing member is a fault, not a default.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaymentCallback))]
[JsonSerializable(typeof(DeadlineMessage))]
[JsonSerializable(typeof(SandboxWishes))]
internal sealed partial class PaymentJson : JsonSerializerContext;
