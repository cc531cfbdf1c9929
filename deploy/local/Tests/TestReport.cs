using System.Xml;
using System.Xml.Linq;

namespace Seckill.Local.Tests;

/// <summary>Counts the tests in a report of xunit's own XML format.</summary>
internal static class TestReport
{
    private const int MessageLines = 12;

    /// <summary>Reads the report.</summary>
    /// <param name="file">The report's path.</param>
    /// <param name="failures">The tests that did not pass: the name, then the beginning of what each says, indented.</param>
    /// <returns>Null when there is no report, or only a part of one: the runner did not come to its end.</returns>
    public static TestTally? Read(string file, out IReadOnlyList<string> failures)
    {
        failures = [];
        try
        {
            XElement root = XDocument.Load(file).Root!;
            List<XElement> tests = [.. root.Descendants("test")];
            List<string> failed = [.. tests.Where(test => (string?)test.Attribute("result") != "Pass").Select(Describe)];
            // Errors outside of a test, in a fixture's clean-up for example.
            failed.AddRange(root.Descendants("error").Select(error => $"{(string?)error.Attribute("type")} {(string?)error.Attribute("name")}"));
            failures = failed;
            return new TestTally(tests.Count(test => (string?)test.Attribute("result") == "Pass"), failed.Count);
        }
        catch (Exception error) when (error is IOException or XmlException)
        {
            return null;
        }
    }

    // Enough to see what happened where only this output can be seen; the log has the rest.
    private static string Describe(XElement test)
    {
        string said = $"{(string?)test.Descendants("message").FirstOrDefault()}\n{(string?)test.Descendants("stack-trace").FirstOrDefault()}";
        IEnumerable<string> lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MessageLines);
        return string.Join("\n    ", [(string?)test.Attribute("name") ?? "?", .. lines]);
    }
}
