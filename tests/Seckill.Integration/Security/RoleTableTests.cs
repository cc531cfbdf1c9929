using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Seckill.Core.Identity;
using Seckill.Integration.EndToEnd;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>
/// Goal: who may call what is one table, and it is true. Method: the table of docs/security.md against the endpoints that the program maps, in both directions, and each of its lines against a
/// running Api: every caller, from none to admin, is let in or refused as the table says.
/// </summary>
public sealed partial class RoleTableTests(StackFixture fixture) : EndToEndTest(fixture)
{
    // What a caller is: the first is let in by lines that say "nobody in particular".
    private static readonly string[] Callers = ["none", .. Roles.All];

    private static IReadOnlyDictionary<string, string> Table { get; } = File.ReadLines(Path.Combine(Repository.Root, "docs", "security.md"))
        .Select(line => Row().Match(line)).Where(row => row.Success).ToDictionary(row => $"{row.Groups["method"].Value} {row.Groups["path"].Value}", row => row.Groups["least"].Value);

    [Fact]
    public void TheTable_ListsExactlyTheEndpointsThatAreMapped() => Table.Keys.Order(StringComparer.Ordinal).ShouldBe(MappedEndpoints.All);

    [Fact]
    public async Task EveryCaller_IsLetInOrRefused_AsTheTableSays()
    {
        Dictionary<string, string?> tokens = new() { ["none"] = null };
        foreach (string role in Roles.All)
        {
            tokens[role] = await Client.TokenAsync($"table-{role}", role);
        }

        List<string> wrong = [];
        foreach ((string endpoint, string least) in Table)
        {
            foreach (string caller in Callers)
            {
                string? refusal = await RefusalAsync(endpoint, tokens[caller]);
                if (refusal != Expected(least, caller))
                {
                    wrong.Add($"{endpoint} as {caller}: {refusal ?? "let in"}, where the table says {least}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    // A signed callback is the gateway's token: none of ours helps or hinders.
    private static string? Expected(string least, string caller) => least switch
    {
        "none" or "gateway" => null,
        _ when caller == "none" => "unauthenticated",
        "token" => null,
        _ => Array.IndexOf(Callers, caller) >= Array.IndexOf(Callers, least) ? null : "forbidden",
    };

    /// <summary>The name of the problem when it is about who asks; null for any other answer, good or bad.</summary>
    private async Task<string?> RefusalAsync(string endpoint, string? token)
    {
        string[] parts = endpoint.Split(' ');
        using HttpRequestMessage request = new(new HttpMethod(parts[0]), Parameter().Replace(parts[1], "999999999"));
        if (parts[0] is "POST" or "PUT" or "PATCH")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage answer = await Client.SendAsync(request, token);
        if (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
        {
            return null;
        }

        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        string name = problem.RootElement.GetProperty("type").GetString()!.Split(':')[^1];
        return name is "unauthenticated" or "forbidden" ? name : null;
    }

    [GeneratedRegex(@"^\| `(?<method>[A-Z]+)` \| `(?<path>/[^`]*)` \| (?<least>[a-z]+) \|", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1_000)]
    private static partial Regex Parameter();
}
