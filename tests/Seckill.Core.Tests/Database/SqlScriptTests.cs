using System.Text.RegularExpressions;
using Seckill.Core.Database;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Database;

public sealed partial class SqlScriptTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ;;\r\n; ")]
    [InlineData("-- nothing")]
    [InlineData("-- nothing; at all\n--\n")]
    public void NothingToDo_IsNoStatement(string text) => SqlScript.Split(text).ShouldBeEmpty();

    [Fact]
    public void Statements_EndAtSemicolons_AndTheLastNeedsNone() =>
        SqlScript.Split("A;\r\n B ;C").ShouldBe(["A", "B", "C"]);

    [Theory]
    [InlineData("VALUES ('a;b')")]
    [InlineData("VALUES (\"a;b\")")]
    [InlineData("SELECT `a;b`")]
    [InlineData("VALUES ('-- no comment; none')")]
    [InlineData("VALUES ('it''s; one')")]
    [InlineData("VALUES ('\"', ';')")]
    [InlineData("SELECT 5--3")]
    public void QuotesAndNumbers_AreLeftWhole(string statement) => SqlScript.Split(statement + ";" + statement).ShouldBe([statement, statement]);

    [Fact]
    public void Comments_GoUpToTheirLineEnd() =>
        SqlScript.Split("A -- it's; gone\n, B; -- C;\nD --").ShouldBe(["A \n, B", "D"]);

    [Fact]
    public void EveryMigration_SplitsIntoStatementsThatBeginWithAVerb()
    {
        string[] files = [.. typeof(SqlScript).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal))];
        files.ShouldNotBeEmpty();

        foreach (string file in files)
        {
            using StreamReader reader = new(typeof(SqlScript).Assembly.GetManifestResourceStream(file)!);
            IReadOnlyList<string> statements = SqlScript.Split(reader.ReadToEnd());
            statements.ShouldNotBeEmpty(file);
            statements.ShouldAllBe(statement => Verb().IsMatch(statement));
        }
    }

    [GeneratedRegex("^(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|RENAME) ", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Verb();
}
