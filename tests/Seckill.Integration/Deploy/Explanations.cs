namespace Seckill.Integration.Deploy;

/// <summary>Whether a configuration file says why of each of its lines.</summary>
internal static class Explanations
{
    /// <summary>The lines with neither a comment directly above them, nor one above the block of lines that they continue.</summary>
    public static IReadOnlyList<string> Missing(string file, string comment)
    {
        List<string> missing = [];
        bool explained = false;
        foreach (string line in File.ReadLines(file).Select(line => line.Trim()))
        {
            if (line.Length == 0)
            {
                explained = false;
            }
            else if (line.StartsWith(comment, StringComparison.Ordinal))
            {
                explained = true;
            }
            else if (!explained && !line.StartsWith('['))
            {
                missing.Add(line);
            }
        }

        return missing;
    }
}
