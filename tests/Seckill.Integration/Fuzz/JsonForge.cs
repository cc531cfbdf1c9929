using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Seckill.Integration.Fuzz;

/// <summary>Makes JSON bodies that look like what an operation takes, and are certainly not: so whoever sends one with every right must change nothing.</summary>
internal sealed class JsonForge(JsonElement document, Random random)
{
    private const int MaxDepth = 6;

    private static readonly string[] Texts = ["", " ", "x", "-1", "null", "2026-13-45T99:99:99Z", "2026-11-22T10:00:00Z", "9223372036854775807", "\0", "\uD800", "<script>alert(1)</script>", "' OR 1=1 --", "\u202E", "💣"];
    private static readonly string[] Numbers = ["0", "-1", "1", "2147483648", "-9223372036854775809", "1e309", "1e-400", "0.1", "79228162514264337593543950336", "1E+2"];

    /// <summary>UTF-8, or bytes that are not.</summary>
    public byte[] Make(JsonElement schema)
    {
        string text = Sample(schema, depth: 0)?.ToJsonString() ?? "null";
        return random.Next(7) switch
        {
            0 => Encoding.UTF8.GetBytes(text[..random.Next(text.Length)]),
            1 => Encoding.UTF8.GetBytes(text + "}"),
            2 => Encoding.UTF8.GetBytes($"[{text}]x"),
            3 => [.. Encoding.UTF8.GetBytes(text)[..^1], 0xC3, 0x28, 0xFF],
            4 => Encoding.UTF8.GetBytes($"{new string('[', random.Next(1, 3_000))}{text}"),
            5 => Encoding.UTF8.GetBytes(Scramble(text) + ","),
            // A field that nobody knows is a misspelt one: refused, however right the rest is.
            _ => Encoding.UTF8.GetBytes(text.StartsWith('{') ? $$"""{"noSuchField":{{Pick(Numbers[..4])}}{{(text.Length > 2 ? "," : "")}}{{text[1..]}}""" : $"{text}:"),
        };
    }

    private string Scramble(string text)
    {
        char[] letters = text.ToCharArray();
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            letters[random.Next(letters.Length)] = (char)random.Next(32, 127);
        }

        return new string(letters);
    }

    private JsonNode? Sample(JsonElement schema, int depth)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return Sample(document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), depth);
        }

        if (depth > MaxDepth || random.Next(12) == 0)
        {
            return Anything();
        }

        if (schema.TryGetProperty("oneOf", out JsonElement choices) || schema.TryGetProperty("anyOf", out choices))
        {
            return Sample(choices[random.Next(choices.GetArrayLength())], depth + 1);
        }

        return TypeOf(schema) switch
        {
            "object" => SampleObject(schema, depth),
            "array" => schema.TryGetProperty("items", out JsonElement items) ? new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Sample(items, depth + 1))]) : new JsonArray(),
            "integer" or "number" => JsonNode.Parse(Pick(Numbers[..4])),
            "boolean" => random.Next(2) == 0,
            _ => Anything(),
        };
    }

    private JsonObject SampleObject(JsonElement schema, int depth)
    {
        JsonObject made = [];
        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            foreach (JsonProperty property in properties.EnumerateObject().Where(_ => random.Next(8) > 0))
            {
                made[property.Name] = Sample(property.Value, depth + 1);
            }
        }

        return made;
    }

    private JsonNode? Anything() => random.Next(6) switch
    {
        0 => null,
        1 => new JsonArray(1, "two", null),
        2 => new JsonObject { ["a"] = new JsonObject { ["b"] = false } },
        3 => JsonNode.Parse(Pick(Numbers[..4])),
        4 => new string('x', random.Next(5_000)),
        _ => Pick(Texts),
    };

    private static string? TypeOf(JsonElement schema) => !schema.TryGetProperty("type", out JsonElement type) ? null
        : type.ValueKind == JsonValueKind.String ? type.GetString()
        : type.EnumerateArray().Select(one => one.GetString()).First(one => one != "null");

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
