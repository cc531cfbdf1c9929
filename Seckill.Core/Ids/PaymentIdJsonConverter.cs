using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.Ids;

/// <summary>Writes a <see cref="PaymentId"/> as a JSON string: 63-bit numbers do not survive JavaScript's doubles.</summary>
public sealed class PaymentIdJsonConverter : JsonConverter<PaymentId>
{
    /// <inheritdoc/>
    public override PaymentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PaymentId.TryParse(reader.GetString(), out PaymentId id)
            ? id
            : throw new JsonException("Expected an id: a string of 1 to 19 digits.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PaymentId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
