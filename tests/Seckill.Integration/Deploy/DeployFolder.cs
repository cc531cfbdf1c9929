using Seckill.Local;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Seckill.Integration.Deploy;

/// <summary>The files of <c>deploy/</c>, and YAML as plain dictionaries, lists and strings.</summary>
internal static class DeployFolder
{
    private const string Merge = "<<";

    public static string Root { get; } = Path.Combine(Repository.Root, "deploy");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    /// <summary>Every YAML file that <c>deploy/</c> has.</summary>
    public static IReadOnlyList<string> YamlFiles() =>
        [.. Directory.EnumerateFiles(Root, "*.y*ml", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".yaml" or ".yml").Order(StringComparer.Ordinal)];

    /// <summary>A file's documents, with anchors and merges resolved.</summary>
    /// <exception cref="YamlException">It is not YAML, or has a key twice.</exception>
    public static IReadOnlyList<object> Documents(string file)
    {
        using StreamReader text = new(file);
        YamlStream yaml = [];
        yaml.Load(text);
        return [.. yaml.Documents.Select(document => Plain(document.RootNode))];
    }

    /// <summary>What lies at a path: a name goes into a map, a number into a list. Null when something on the way is missing.</summary>
    public static object? At(this object? node, params string[] path)
    {
        foreach (string step in path)
        {
            node = node switch
            {
                IDictionary<object, object> map => map.TryGetValue(step, out object? value) ? value : null,
                IList<object> list when int.TryParse(step, out int place) && place < list.Count => list[place],
                _ => null,
            };
        }

        return node;
    }

    public static string? Text(this object? node, params string[] path) => node.At(path) as string;

    public static IReadOnlyList<object> Items(this object? node, params string[] path) => node.At(path) is IList<object> list ? [.. list] : [];

    public static IReadOnlyDictionary<string, object?> Map(this object? node, params string[] path) =>
        node.At(path) is IDictionary<object, object> map ? map.ToDictionary(pair => (string)pair.Key, pair => (object?)pair.Value) : new Dictionary<string, object?>();

    private static object Plain(YamlNode node) => node switch
    {
        YamlMappingNode map => Merged(map),
        YamlSequenceNode list => list.Select(Plain).ToList(),
        _ => ((YamlScalarNode)node).Value ?? string.Empty,
    };

    /// <summary>What a map says itself goes before what it takes over by <c>&lt;&lt;</c>.</summary>
    private static Dictionary<object, object> Merged(YamlMappingNode map)
    {
        Dictionary<object, object> plain = map.Where(pair => ((YamlScalarNode)pair.Key).Value != Merge).ToDictionary(pair => (object)((YamlScalarNode)pair.Key).Value!, pair => Plain(pair.Value));
        if (map.Children.TryGetValue(new YamlScalarNode(Merge), out YamlNode? other))
        {
            foreach ((object key, object value) in Merged((YamlMappingNode)other))
            {
                plain.TryAdd(key, value);
            }
        }

        return plain;
    }
}
