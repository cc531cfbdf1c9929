using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.Ids;

/// <summary>Reads and writes a <see cref="UserId"/> as a JSON string.</summary>
public sealed class UserIdJsonConverter : JsonConverter<UserId>
{
    /// <inheritdoc/>
    public override UserId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && UserId.TryParse(reader.GetString(), out UserId id)
            ? id
            : throw new JsonException("Expected an id: 1 to 64 letters, digits or -_.@|+");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, UserId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
