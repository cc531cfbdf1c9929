using System.Text.Json.Serialization;

namespace Seckill.Core.Messaging;

/// <summary>Source-generated JSON of the messages: camel case, no reflection on the hot path. A missing member is a fault, not a default; an unknown one is passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ReservationMessage))]
[JsonSerializable(typeof(OrderEventMessage))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class MessagingJson : JsonSerializerContext;
