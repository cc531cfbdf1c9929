using System.Text.Json;

namespace Seckill.Core.Push.Messages;

/// <summary>A JSON Schema (draft 2020-12) of one payload, in the few keywords that <see cref="SchemaNode"/> knows. Thread-safe.</summary>
/// <remarks>A schema with any other keyword is refused when it is loaded: one that is passed over would promise a check that nobody makes.</remarks>
public sealed class PayloadSchema
{
    /// <summary>Most faults that one check names; the first ones.</summary>
    public const int MaxFaults = 8;

    private readonly SchemaNode _root;

    private PayloadSchema(SchemaNode root, string text)
    {
        (_root, Text) = (root, text);
    }

    /// <summary>The schema as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads the schema of a type, embedded in this assembly.</summary>
    /// <param name="type">The type's name.</param>
    /// <exception cref="InvalidOperationException">There is none, or it is not one that can be checked.</exception>
    public static PayloadSchema Load(string type)
    {
        using Stream stream = typeof(PayloadSchema).Assembly.GetManifestResourceStream($"schemas/{type}.schema.json")
            ?? throw new InvalidOperationException($"The type {type} has no schema.");
        using StreamReader reader = new(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="InvalidOperationException">It has a keyword that is not known, or leaves something without a bound.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static PayloadSchema Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return new PayloadSchema(SchemaNode.Read(document.RootElement, "$"), text);
    }

    /// <summary>Checks a payload.</summary>
    /// <returns>What is wrong with it, each with its place (<c>$.metadata.ttl: …</c>), at most <see cref="MaxFaults"/>; empty when it conforms.</returns>
    public IReadOnlyList<string> Check(JsonElement payload)
    {
        List<string> faults = [];
        _root.Check(payload, "$", faults);
        return faults.Count <= MaxFaults ? faults : faults[..MaxFaults];
    }

    /// <summary>As the other, for bytes.</summary>
    /// <exception cref="JsonException">They are no JSON.</exception>
    public IReadOnlyList<string> Check(ReadOnlyMemory<byte> payloadJson)
    {
        using JsonDocument document = JsonDocument.Parse(payloadJson);
        return Check(document.RootElement);
    }
}
