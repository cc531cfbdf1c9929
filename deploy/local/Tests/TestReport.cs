using System.Xml;
using System.Xml.Linq;

namespace Seckill.Local.Tests;

/// <summary>Counts the tests in a report of xunit's own XML format.</summary>
internal static class TestReport
{
    /// <summary>Reads the report.</summary>
    /// <param name="file">The report's path.</param>
    /// <param name="failures">Names of the tests that did not pass.</param>
    /// <returns>Null when there is no report, or only a part of one: the runner did not come to its end.</returns>
    public static TestTally? Read(string file, out IReadOnlyList<string> failures)
    {
        failures = [];
        try
        {
            XElement root = XDocument.Load(file).Root!;
            List<XElement> tests = [.. root.Descendants("test")];
            List<string> failed = [.. tests.Where(test => (string?)test.Attribute("result") != "Pass").Select(test => (string?)test.Attribute("name") ?? "?")];
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
}
