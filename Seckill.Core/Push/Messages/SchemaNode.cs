using System.Text.Json;
using System.Text.RegularExpressions;

namespace Seckill.Core.Push.Messages;

/// <summary>One schema within a <see cref="PayloadSchema"/>.</summary>
/// <remarks>
/// Each has a <c>type</c>, and each type its bound: objects are closed (<c>additionalProperties: false</c>), arrays have <c>maxItems</c>, texts a longest length or a form. So a
/// payload that conforms is no deeper than its schema, and a check ends where the schema does, whatever the payload holds. Known keywords: <c>type</c> (one of object, array,
/// string, integer, number, boolean), <c>properties</c>, <c>required</c>, <c>additionalProperties</c> (false), <c>items</c>, <c>minItems</c>, <c>maxItems</c>, <c>minLength</c>,
/// <c>maxLength</c>, <c>pattern</c> (from ^ to $), <c>format</c> (date-time), <c>enum</c> and <c>const</c> (texts), <c>minimum</c>, <c>maximum</c>; and the remarks <c>$schema</c>,
/// <c>title</c>, <c>description</c>.
/// </remarks>
internal sealed partial class SchemaNode
{
    private readonly string _type;
    private readonly Dictionary<string, SchemaNode> _properties = [];
    private readonly List<string> _required = [];
    private readonly List<string> _values = [];
    private readonly SchemaNode? _items;
    private readonly Regex? _pattern;
    private readonly bool _isTime;
    private readonly bool _isClosed;
    private readonly int _least;
    private readonly int _most = int.MaxValue;
    private readonly decimal _minimum = decimal.MinValue;
    private readonly decimal _maximum = decimal.MaxValue;

    private SchemaNode(JsonElement schema, string at)
    {
        _type = schema.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : throw Bad(at, "needs a type");
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            JsonElement value = keyword.Value;
            switch ((_type, keyword.Name))
            {
                case (_, "type" or "$schema" or "title" or "description"):
                    break;
                case ("object", "properties"):
                    _properties = value.EnumerateObject().ToDictionary(property => property.Name, property => Read(property.Value, $"{at}.{property.Name}"));
                    break;
                case ("object", "required"):
                    _required = [.. value.EnumerateArray().Select(name => name.GetString()!)];
                    break;
                case ("object", "additionalProperties"):
                    _isClosed = value.ValueKind == JsonValueKind.False;
                    break;
                case ("array", "items"):
                    _items = Read(value, $"{at}[]");
                    break;
                case ("array", "minItems") or ("string", "minLength"):
                    _least = value.GetInt32();
                    break;
                case ("array", "maxItems") or ("string", "maxLength"):
                    _most = value.GetInt32();
                    break;
                case ("string", "pattern"):
                    _pattern = Pattern(value.GetString()!, at);
                    break;
                case ("string", "format"):
                    _isTime = value.GetString() == "date-time" ? true : throw Bad(at, $"has the format {value}, which is not known");
                    break;
                case ("string", "enum"):
                    _values = [.. value.EnumerateArray().Select(one => one.GetString()!)];
                    break;
                case ("string", "const"):
                    _values = [value.GetString()!];
                    break;
                case ("integer" or "number", "minimum"):
                    _minimum = value.GetDecimal();
                    break;
                case ("integer" or "number", "maximum"):
                    _maximum = value.GetDecimal();
                    break;
                default:
                    throw Bad(at, $"has the keyword {keyword.Name}, which is not known for the type {_type}");
            }
        }

        bool isBounded = _type switch
        {
            "object" => _isClosed && _required.TrueForAll(_properties.ContainsKey),
            "array" => _items is not null && _most < int.MaxValue,
            "string" => _most < int.MaxValue || _pattern is not null || _isTime || _values.Count > 0,
            "integer" or "number" or "boolean" => true,
            _ => throw Bad(at, $"has the type {_type}, which is not known"),
        };
        if (!isBounded)
        {
            throw Bad(at, "leaves something open: objects are closed and have what they require, arrays have items and maxItems, texts a maxLength or a form");
        }
    }

    /// <summary>Reads a schema.</summary>
    /// <exception cref="InvalidOperationException">It is not one of the kind described above.</exception>
    public static SchemaNode Read(JsonElement schema, string at) => schema.ValueKind == JsonValueKind.Object ? new SchemaNode(schema, at) : throw Bad(at, "is no object");

    /// <summary>Checks a value; adds what is wrong with it.</summary>
    public void Check(JsonElement value, string at, List<string> faults)
    {
        if (faults.Count >= PayloadSchema.MaxFaults)
        {
            return;
        }

        switch (_type, value.ValueKind)
        {
            case ("object", JsonValueKind.Object):
                CheckObject(value, at, faults);
                break;
            case ("array", JsonValueKind.Array):
                CheckArray(value, at, faults);
                break;
            case ("string", JsonValueKind.String):
                CheckText(value, at, faults);
                break;
            case ("integer" or "number", JsonValueKind.Number):
                CheckNumber(value, at, faults);
                break;
            case ("boolean", JsonValueKind.True or JsonValueKind.False):
                break;
            default:
                faults.Add($"{at}: must be of type {_type}");
                break;
        }
    }

    private void CheckObject(JsonElement value, string at, List<string> faults)
    {
        HashSet<string> seen = [];
        foreach (JsonProperty property in value.EnumerateObject())
        {
            // Readers differ in which of two they take.
            if (!_properties.TryGetValue(property.Name, out SchemaNode? node) || !seen.Add(property.Name))
            {
                // The name is the sender's, and may be anything.
                faults.Add(node is null ? $"{at}: has a member that is not known" : $"{at}.{property.Name}: stands twice");
                return;
            }

            node.Check(property.Value, $"{at}.{property.Name}", faults);
        }

        faults.AddRange(_required.Where(name => !seen.Contains(name)).Select(name => $"{at}.{name}: is needed"));
    }

    private void CheckArray(JsonElement value, string at, List<string> faults)
    {
        int count = value.GetArrayLength();
        if (count < _least || count > _most)
        {
            faults.Add($"{at}: must have {_least} to {_most} items");
            return;
        }

        foreach ((int i, JsonElement item) in value.EnumerateArray().Index())
        {
            _items!.Check(item, $"{at}[{i}]", faults);
        }
    }

    private void CheckText(JsonElement value, string at, List<string> faults)
    {
        string text = value.GetString()!;
        // Counted as the standard does, in code points.
        int length = text.EnumerateRunes().Count();
        if (length < _least || length > _most)
        {
            faults.Add($"{at}: must have {_least} to {_most} characters");
        }
        else if (_values.Count > 0 && !_values.Contains(text))
        {
            faults.Add($"{at}: must be {string.Join(" or ", _values)}");
        }
        // In .NET a $ also stands before a last line feed.
        else if (_pattern is not null && (_pattern.Match(text) is var match && (!match.Success || match.Length != text.Length)))
        {
            faults.Add($"{at}: must match {_pattern}");
        }
        else if (_isTime && !(Time().IsMatch(text) && value.TryGetDateTimeOffset(out _)))
        {
            faults.Add($"{at}: must be a time, as in 2026-05-01T10:00:00Z");
        }
    }

    private void CheckNumber(JsonElement value, string at, List<string> faults)
    {
        if (!value.TryGetDecimal(out decimal number) || number < _minimum || number > _maximum)
        {
            faults.Add($"{at}: must be {(_minimum > decimal.MinValue ? $"at least {_minimum}" : "a number")}{(_maximum < decimal.MaxValue ? $" and at most {_maximum}" : null)}");
        }
        else if (_type == "integer" && decimal.Truncate(number) != number)
        {
            faults.Add($"{at}: must be of type integer");
        }
    }

    // Without backtracking: no text, however made, takes longer than its length.
    private static Regex Pattern(string pattern, string at) => pattern.StartsWith('^') && pattern.EndsWith('$')
        ? new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
        : throw Bad(at, "has a pattern that does not reach from ^ to $");

    private static InvalidOperationException Bad(string at, string what) => new($"The schema {what} at {at}.");

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Time();
}
