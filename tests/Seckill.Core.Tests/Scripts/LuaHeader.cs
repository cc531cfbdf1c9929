using System.Text.RegularExpressions;
using Seckill.Core.Redis;

namespace Seckill.Core.Tests.Scripts;

/// <summary>What the comment at the top of an embedded script promises: names of its keys and arguments, and its codes.</summary>
/// <remarks>
/// A key or argument reads <c>KEYS[1] name</c>, one or several to a line; what follows the name is prose. Arguments that repeat to the end read
/// <c>ARGV[5..] name, name</c> when they come in groups, <c>ARGV[5..] name..., name...</c> when all of one name come before those of the next; keys that repeat <c>KEYS[1..] name, name</c>. Codes read <c>label (EnumType):   1 Name   -1 OtherName</c> and may run on over lines.
/// </remarks>
internal sealed partial class LuaHeader
{
    private LuaHeader(string name, string text)
    {
        Name = name;
        string[] lines = text.Split('\n');
        string[] header = [.. lines.TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal))];
        Body = string.Join('\n', lines.Skip(header.Length));
        string promise = string.Join('\n', header);
        Keys = Named(promise, "KEYS");
        Arguments = Named(promise, "ARGV");
        if (Repeating().Match(promise) is { Success: true } repeating)
        {
            RepeatsFrom = int.Parse(repeating.Groups["from"].ValueSpan);
            Repeated = repeating.Groups["names"].Value.Replace("...", string.Empty, StringComparison.Ordinal).Split(", ");
            RepeatsByName = repeating.Groups["names"].Value.Contains("...", StringComparison.Ordinal);
        }

        RepeatedKeys = RepeatingKeys().Match(promise) is { Success: true } keys ? keys.Groups["names"].Value.Split(", ") : [];

        Codes = ReadCodes(header);
    }

    public string Name { get; }

    /// <summary>Everything below the header.</summary>
    public string Body { get; }

    public IReadOnlyList<string> Keys { get; }

    /// <summary>The keys that repeat, in one group; empty when none do. A script has either these or <see cref="Keys"/>.</summary>
    public IReadOnlyList<string> RepeatedKeys { get; }

    /// <summary>The arguments that stand once.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The arguments that repeat to the end, in one group; empty when none do.</summary>
    public IReadOnlyList<string> Repeated { get; } = [];

    /// <summary>Whether all of one name come before those of the next.</summary>
    public bool RepeatsByName { get; }

    /// <summary>Index (from 1, as in Lua) of the first repeated argument; 0 when none do.</summary>
    public int RepeatsFrom { get; }

    /// <summary>Enum type name -> its codes by number.</summary>
    public IReadOnlyDictionary<string, SortedDictionary<int, string>> Codes { get; }

    /// <summary>Every script that is embedded in the engine.</summary>
    public static IEnumerable<string> AllNames { get; } =
        [.. typeof(RedisScript).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".lua", StringComparison.Ordinal)).Order()];

    public static LuaHeader Of(string name) => new(name, RedisScript.Load(name).Text);

    private static string[] Named(string header, string table)
    {
        Match[] found = [.. Entry().Matches(header).Where(match => match.Groups["table"].Value == table)];
        for (int i = 0; i < found.Length; i++)
        {
            if (int.Parse(found[i].Groups["index"].ValueSpan) != i + 1)
            {
                throw new FormatException($"{table}[{i + 1}] is missing or out of order.");
            }
        }

        return [.. found.Select(match => match.Groups["name"].Value)];
    }

    private static Dictionary<string, SortedDictionary<int, string>> ReadCodes(string[] header)
    {
        Dictionary<string, SortedDictionary<int, string>> all = [];
        SortedDictionary<int, string>? current = null;
        foreach (string line in header)
        {
            Match label = CodesLabel().Match(line);
            if (label.Success)
            {
                all.Add(label.Groups["type"].Value, current = []);
            }
            else if (!line.StartsWith("--  ", StringComparison.Ordinal))
            {
                // Only an indented line carries codes on.
                current = null;
            }

            foreach (Match code in Code().Matches(Prose().Replace(line[label.Length..], string.Empty)))
            {
                current?.Add(int.Parse(code.Groups["code"].ValueSpan), code.Groups["name"].Value);
            }
        }

        return all;
    }

    [GeneratedRegex(@"(?<table>KEYS|ARGV)\[(?<index>\d+)\] (?<name>[A-Za-z]\w*)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Entry();

    [GeneratedRegex(@"ARGV\[(?<from>\d+)\.\.\] (?<names>[A-Za-z]\w*(\.\.\.)?(, [A-Za-z]\w*(\.\.\.)?)*)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Repeating();

    [GeneratedRegex(@"KEYS\[1\.\.\] (?<names>[A-Za-z]\w*(, [A-Za-z]\w*)*)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex RepeatingKeys();

    [GeneratedRegex(@"^-- \w+ \((?<type>\w+)\):", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex CodesLabel();

    [GeneratedRegex(@"(?<code>-?\d+) (?<name>[A-Z]\w+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\([^)]*\)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Prose();
}
