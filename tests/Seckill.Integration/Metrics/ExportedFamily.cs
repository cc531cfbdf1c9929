using System.Text.RegularExpressions;

namespace Seckill.Integration.Metrics;

/// <summary>One name in the text of <c>/metrics</c>.</summary>
/// <param name="Name">Its name, without the suffixes of a histogram's parts.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Samples">The labels and the value of each line.</param>
internal sealed partial record ExportedFamily(string Name, string Type, List<(Dictionary<string, string> Labels, string Value)> Samples)
{
    public static Dictionary<string, ExportedFamily> Parse(string text)
    {
        Dictionary<string, ExportedFamily> families = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] head = line.Split(' ');
                families.Add(head[2], new ExportedFamily(head[2], head[3], []));
            }
            else if (line[0] != '#')
            {
                string name = line[..line.IndexOfAny(['{', ' '])];
                ExportedFamily family = families.TryGetValue(name, out ExportedFamily? whole) ? whole : families[Part().Replace(name, string.Empty)];
                family.Samples.Add((Label().Matches(line).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value), line[(line.LastIndexOf(' ') + 1)..]));
            }
        }

        return families;
    }

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Part();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)["]""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Label();
}
