using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.Ids;

/// <summary>Reads and writes a <see cref="SkuId"/> as a JSON string.</summary>
public sealed class SkuIdJsonConverter : JsonConverter<SkuId>
{
    /// <inheritdoc/>
    public override SkuId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && SkuId.TryParse(reader.GetString(), out SkuId id)
            ? id
            : throw new JsonException("Expected an id: 1 to 64 letters, digits or -_.@|+");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SkuId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
