using System.Globalization;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.JavaScript;

/// <summary>The tests that the JavaScript client has of its own, by Node's test runner; one row for each file.</summary>
public sealed class NodeTests
{
    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(Path.Combine(NodeProcess.Directory, "test"), "*.test.js").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task EveryTestOfTheFilePasses(string file)
    {
        await using NodeProcess node = NodeProcess.Start(["--test", "--test-reporter=tap", Path.Combine("test", file)]);

        int exitCode = await node.EndAsync();

        string said = string.Join('\n', node.Output.Concat(node.Errors));
        exitCode.ShouldBe(0, said);
        Count(node.Output, "# pass ").ShouldBeGreaterThan(0, said);
        (Count(node.Output, "# fail ") + Count(node.Output, "# skipped ") + Count(node.Output, "# todo ")).ShouldBe(0, said);
    }

    private static int Count(IReadOnlyList<string> tap, string what) => int.Parse(tap.Single(line => line.StartsWith(what, StringComparison.Ordinal))[what.Length..], CultureInfo.InvariantCulture);
}
