using System.Text;
using System.Text.Json;
using Seckill.Core.Push.Messages;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Push.Messages;

public sealed class PayloadSchemaTests
{
    private const string Closed = "\"additionalProperties\": false";

    [Theory]
    [InlineData("""{ "type": "string", "maxLength": 9, "minimum": 1 }""", "minimum")]
    [InlineData("""{ "type": "integer", "multipleOf": 2 }""", "multipleOf")]
    [InlineData("""{ "oneOf": [] }""", "needs a type")]
    [InlineData("""{ "type": ["string", "null"], "maxLength": 1 }""", "needs a type")]
    [InlineData("""{ "type": "null" }""", "not known")]
    [InlineData("""{ "type": "string", "format": "email" }""", "email")]
    [InlineData("""{ "type": "string", "pattern": "[a-z]+" }""", "from ^ to $")]
    [InlineData("""{ "type": "object", "properties": { "a": { "$ref": "#/x" } }, "additionalProperties": false }""", "$.a")]
    [InlineData("true", "no object")]
    public void AKeywordThatNobodyChecks_IsRefused_WithItsName(string schema, string named) =>
        Should.Throw<InvalidOperationException>(() => PayloadSchema.Parse(schema)).Message.ShouldContain(named);

    [Theory]
    [InlineData("""{ "type": "string" }""")]
    [InlineData("""{ "type": "array", "maxItems": 3 }""")]
    [InlineData("""{ "type": "array", "items": { "type": "boolean" } }""")]
    [InlineData("""{ "type": "object", "properties": {} }""")]
    [InlineData("""{ "type": "object", "properties": {}, "additionalProperties": true }""")]
    [InlineData("""{ "type": "object", "properties": {}, "required": ["a"], "additionalProperties": false }""")]
    public void WhatLeavesSomethingOpen_IsRefused(string schema) =>
        Should.Throw<InvalidOperationException>(() => PayloadSchema.Parse(schema)).Message.ShouldContain("leaves something open");

    [Theory]
    [InlineData("""{ "type": "string", "minLength": 2, "maxLength": 3 }""", "[\"ab\", \"abc\", \"😀😀😀\"]", "[\"a\", \"abcd\", 7, null, [\"ab\"]]")]
    [InlineData("""{ "type": "string", "pattern": "^[a-z]{1,3}$" }""", "[\"a\", \"abc\"]", "[\"\", \"abcd\", \"A\", \"a\\n\"]")]
    [InlineData("""{ "type": "string", "enum": ["x", "y"] }""", "[\"x\", \"y\"]", "[\"z\", \"X\", \"\"]")]
    [InlineData("""{ "type": "string", "const": "x" }""", "[\"x\"]", "[\"y\", null]")]
    [InlineData(
        """{ "type": "string", "format": "date-time" }""", "[\"2026-05-01T10:00:00Z\", \"2026-05-01T10:00:00.1234567+02:00\"]",
        "[\"2026-05-01\", \"2026-05-01T10:00:00\", \"2026-13-01T10:00:00Z\", \"2026-05-01 10:00:00Z\", \"now\", \"2026-05-01T10:00:00Z\\n\"]")]
    [InlineData("""{ "type": "integer", "minimum": 1, "maximum": 9 }""", "[1, 9, 2.0, 3e0]", "[0, 10, 1.5, \"1\", 1e300, true]")]
    [InlineData("""{ "type": "number", "minimum": 0 }""", "[0, 1.5]", "[-0.1, \"0\", null]")]
    [InlineData("""{ "type": "boolean" }""", "[true, false]", "[0, \"true\", null]")]
    [InlineData("""{ "type": "array", "minItems": 1, "maxItems": 2, "items": { "type": "boolean" } }""", "[[true], [true, false]]", "[[], [true, true, true], [1], {}]")]
    [InlineData(
        """{ "type": "object", "properties": { "a": { "type": "boolean" }, "b": { "type": "boolean" } }, "required": ["a"], "additionalProperties": false }""",
        "[{\"a\": true}, {\"b\": true, \"a\": false}]", "[{}, {\"b\": true}, {\"a\": 1}, {\"a\": true, \"c\": 1}, {\"a\": true, \"a\": true}, {\"A\": true}, []]")]
    public void ItTakesWhatConforms_AndNothingElse(string schema, string good, string bad)
    {
        PayloadSchema parsed = PayloadSchema.Parse(schema);

        JsonDocument.Parse(good).RootElement.EnumerateArray().ShouldAllBe(value => parsed.Check(value).Count == 0);
        JsonDocument.Parse(bad).RootElement.EnumerateArray().ShouldAllBe(value => parsed.Check(value).Count == 1);
    }

    [Fact]
    public void AFault_NamesItsPlace_AndTheyAreNotMoreThanTheBound()
    {
        PayloadSchema schema = PayloadSchema.Parse(
            $$$"""{ "type": "object", "properties": { "list": { "type": "array", "maxItems": 99, "items": { "type": "object", "properties": { "n": { "type": "integer", "maximum": 3 } }, "required": ["n"], {{{Closed}}} } } }, {{{Closed}}} }""");

        schema.Check(Encoding.UTF8.GetBytes("""{ "list": [{ "n": 1 }, { "n": 4 }, {}] }""")).ShouldBe(["$.list[1].n: must be a number and at most 3", "$.list[2].n: is needed"]);
        schema.Check(Encoding.UTF8.GetBytes($"{{ \"list\": [{string.Join(',', Enumerable.Repeat("{}", 50))}] }}")).Count.ShouldBe(PayloadSchema.MaxFaults);
    }

    [Fact]
    public void WhatTheSenderWrote_IsNotRepeatedToHim()
    {
        PayloadSchema schema = PayloadSchema.Parse($$"""{ "type": "object", "properties": {}, {{Closed}} }""");

        schema.Check(Encoding.UTF8.GetBytes("""{ "<script>": 1 }""")).ShouldHaveSingleItem().ShouldBe("$: has a member that is not known");
    }
}
