using System.Text.Json;

namespace Seckill.Integration.Fuzz;

/// <summary>One operation of the Api's OpenAPI document.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Path">With parameters in braces.</param>
/// <param name="Queries">Names of its query parameters.</param>
/// <param name="Headers">Names of its header parameters.</param>
/// <param name="Body">The schema of its JSON body; null when it takes none.</param>
internal sealed record ApiOperation(string Method, string Path, IReadOnlyList<string> Queries, IReadOnlyList<string> Headers, JsonElement? Body)
{
    /// <summary>Whether it does more than read.</summary>
    public bool Changes => Method is not ("GET" or "HEAD");

    /// <summary>Everything that the document describes.</summary>
    public static IReadOnlyList<ApiOperation> ReadAll(JsonElement document) =>
    [
        .. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => new ApiOperation(
            operation.Name.ToUpperInvariant(), path.Name, Parameters(operation.Value, "query"), Parameters(operation.Value, "header"), BodyOf(operation.Value)))),
    ];

    private static string[] Parameters(JsonElement operation, string place) => operation.TryGetProperty("parameters", out JsonElement parameters)
        ? [.. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == place).Select(parameter => parameter.GetProperty("name").GetString()!)]
        : [];

    private static JsonElement? BodyOf(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out JsonElement body) && body.GetProperty("content").TryGetProperty("application/json", out JsonElement json) ? json.GetProperty("schema") : null;
}
