using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Core.Audit;
using Seckill.Core.Identity;
using Seckill.Integration.EndToEnd;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>What operators do, and what they are refused, stands in the audit log of a running engine.</summary>
public sealed class AuditedActionsTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Admin = "/api/v1/admin";

    /// <summary>Goal: no change by an operator without an entry. Method: every endpoint below the operators' path that changes something is called; one that is not listed here fails the test.</summary>
    [Fact]
    public async Task EveryChange_LeavesItsEntry_WithWhoWhatAndWhat()
    {
        string[] changes = [.. MappedEndpoints.All.Where(endpoint => endpoint.Contains($" {Admin}/", StringComparison.Ordinal) && !endpoint.StartsWith("GET ", StringComparison.Ordinal))];
        string sale = await Client.CreateSaleAsync("audited", 5, eligible: ["u1"], opensIn: TimeSpan.FromMinutes(30));
        string who = $"auditor-{sale}", token = await Client.TokenAsync(who, Roles.Admin);
        (long replayed, long discarded) = (await DeadLetterAsync(), await DeadLetterAsync());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string newSale = JsonSerializer.Serialize(new
        {
            name = $"Made by {who}",
            startsAt = now.AddHours(1),
            endsAt = now.AddHours(2),
            items = new[] { new { skuId = "a", name = "A", price = 1.0m, stock = 1, perUserLimit = 1 } },
        });
        Dictionary<string, (string Path, string? Body, string Action, string? Target)> calls = new()
        {
            [$"POST {Admin}/sales"] = ($"{Admin}/sales", newSale, "sale.create", null),
            [$"POST {Admin}/sales/{{saleId}}/warm-up"] = ($"{Admin}/sales/{sale}/warm-up", null, "sale.warm-up", $"sale/{sale}"),
            [$"POST {Admin}/sales/{{saleId}}/eligible-users"] = ($"{Admin}/sales/{sale}/eligible-users", """{"userIds":["u2","u3"]}""", "sale.add-eligible", $"sale/{sale}"),
            [$"PUT {Admin}/sales/{{saleId}}"] =
                ($"{Admin}/sales/{sale}", JsonSerializer.Serialize(new { name = "Another name", startsAt = now.AddMinutes(20), endsAt = now.AddHours(1) }), "sale.edit", $"sale/{sale}"),
            [$"PUT {Admin}/sales/{{saleId}}/admission"] = ($"{Admin}/sales/{sale}/admission", """{"ratePerSecond":100,"burst":200}""", "sale.set-admission", $"sale/{sale}"),
            [$"POST {Admin}/sales/{{saleId}}/pause"] = ($"{Admin}/sales/{sale}/pause", null, "sale.pause", $"sale/{sale}"),
            [$"POST {Admin}/sales/{{saleId}}/resume"] = ($"{Admin}/sales/{sale}/resume", null, "sale.resume", $"sale/{sale}"),
            [$"PUT {Admin}/kill-switch"] = ($"{Admin}/kill-switch", """{"on":false}""", "kill-switch.set", "kill-switch"),
            [$"POST {Admin}/sales/{{saleId}}/open"] = ($"{Admin}/sales/{sale}/open", null, "sale.open", $"sale/{sale}"),
            [$"POST {Admin}/sales/{{saleId}}/close"] = ($"{Admin}/sales/{sale}/close", null, "sale.close", $"sale/{sale}"),
            [$"POST {Admin}/users/{{userId}}/token-revocations"] = ($"{Admin}/users/gone-{sale}/token-revocations", """{"tokenId":"stolen"}""", "tokens.revoke", $"user/gone-{sale}"),
            [$"POST {Admin}/push/messages"] =
                ($"{Admin}/push/messages", $$"""{"messages":[{"id":"n-{{sale}}","to":{"users":["u1"]},"type":"notice","payload":{"severity":"info","title":"T"} } ] }""", "push.send", "push-messages"),
            [$"POST {Admin}/dead-letters/{{id}}/replay"] = ($"{Admin}/dead-letters/{replayed}/replay", null, "dead-letter.replay", $"dead-letter/{replayed}"),
            [$"POST {Admin}/dead-letters/{{id}}/discard"] = ($"{Admin}/dead-letters/{discarded}/discard", null, "dead-letter.discard", $"dead-letter/{discarded}"),
        };
        calls.Keys.Order(StringComparer.Ordinal).ShouldBe(changes.Order(StringComparer.Ordinal), "each change endpoint needs a call here, and has one");

        foreach ((string endpoint, (string path, string? body, _, _)) in calls)
        {
            using HttpRequestMessage request = new(new HttpMethod(endpoint.Split(' ')[0]), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            using HttpResponseMessage answer = await Client.SendAsync(request, token);
            answer.IsSuccessStatusCode.ShouldBeTrue($"{endpoint}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            answer.Headers.Contains("Seckill-Audit").ShouldBeFalse();
        }

        JsonElement[] mine = [.. (await EntriesAsync()).Where(entry => Text(entry, "who") == who)];
        mine.Select(entry => Text(entry, "action")).ShouldBe(calls.Values.Select(call => call.Action), ignoreOrder: true, "one entry each, and only one");
        foreach ((_, _, string action, string? target) in calls.Values.Where(call => call.Target is not null))
        {
            Text(mine.Single(entry => Text(entry, "action") == action), "target").ShouldBe(target);
        }

        mine.ShouldAllBe(entry => Text(entry, "role") == Roles.Admin && Text(entry, "address") == "127.0.0.1" && entry.GetProperty("at").GetDateTimeOffset() > now.AddMinutes(-1));
        JsonElement created = Of("sale.create");
        created.GetProperty("before").ValueKind.ShouldBe(JsonValueKind.Null);
        created.GetProperty("after").GetProperty("name").GetString().ShouldBe($"Made by {who}");
        Text(created, "target").ShouldStartWith("sale/");
        States("sale.open").ShouldBe(("scheduled", "open"));
        States("sale.close").ShouldBe(("open", "closed"));
        (Of("sale.add-eligible").GetProperty("before").GetProperty("listed").GetInt32(), Of("sale.add-eligible").GetProperty("after").GetProperty("listed").GetInt32()).ShouldBe((1, 3));
        Of("tokens.revoke").GetProperty("after").GetProperty("tokenId").GetString().ShouldBe("stolen");

        JsonElement Of(string action) => mine.Single(entry => Text(entry, "action") == action);
        (string?, string?) States(string action) => (Of(action).GetProperty("before").GetProperty("state").GetString(), Of(action).GetProperty("after").GetProperty("state").GetString());
    }

    /// <summary>A stolen token is revoked although MySQL says nothing, and the answer tells that the entry is missing.</summary>
    [Fact]
    public async Task MySqlMute_TheTokenIsRevoked_AndTheAnswerSaysThatItsEntryIsMissing()
    {
        string who = $"auditor-{Guid.NewGuid():N}", thief = $"thief-{Guid.NewGuid():N}", token = await Client.TokenAsync(who, Roles.Admin), stolen = await Client.TokenAsync(thief);
        Stack.MariaDb!.Pause();
        try
        {
            using HttpResponseMessage answer = await RevokeAsync(thief, token);
            answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            answer.Headers.GetValues("Seckill-Audit").ShouldBe(["not-written"]);
            // The door that asks no database.
            await Eventually.TrueAsync(async () => (await Client.GrabAsync("1", "any", thief, stolen)).Type == "token-revoked");
        }
        finally
        {
            Stack.MariaDb.Resume();
        }

        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage answer = await RevokeAsync(thief, token);
            return answer.IsSuccessStatusCode && !answer.Headers.Contains("Seckill-Audit");
        });
        (await EntriesAsync()).ShouldContain(entry => Text(entry, "who") == who && Text(entry, "action") == "tokens.revoke");
    }

    [Fact]
    public async Task RefusedAttempts_AreNoted_ButNobodyFillsTheLogWithThem()
    {
        string user = $"mallory-{Guid.NewGuid():N}", token = await Client.TokenAsync(user);
        string other = $"eve-{Guid.NewGuid():N}";
        for (int i = 0; i < 3 * RefusedAccess.PerUserAndMinute; i++)
        {
            using HttpResponseMessage answer = await Client.PostRawAsync($"{Admin}/sales/4711/close", "{}", token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using HttpResponseMessage look = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{Admin}/audit"), await Client.TokenAsync(other));
        look.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await Eventually.TrueAsync(async () => (await EntriesAsync()).Any(entry => Text(entry, "who") == other));

        JsonElement[] refused = [.. (await EntriesAsync()).Where(entry => Text(entry, "who") == user)];
        // A window of a minute may end in between, but not three.
        refused.Length.ShouldBeInRange(1, 2 * RefusedAccess.PerUserAndMinute);
        refused.ShouldAllBe(entry => Text(entry, "action") == "access.refused" && Text(entry, "target") == $"POST {Admin}/sales/4711/close" && Text(entry, "role") == Roles.Buyer);
    }

    [Fact]
    public async Task ThatNothingWasChanged_LeavesNoEntry_AndBadQuestionsAreRefused()
    {
        string who = $"clumsy-{Guid.NewGuid():N}", token = await Client.TokenAsync(who, Roles.Operator);
        foreach ((string path, string body) in new[] { ($"{Admin}/sales", "{}"), ($"{Admin}/sales/999999999/close", ""), ($"{Admin}/dead-letters/999999999/discard", "") })
        {
            using HttpResponseMessage answer = await Client.PostRawAsync(path, body, token);
            ((int)answer.StatusCode).ShouldBeInRange(400, 404);
        }

        (await EntriesAsync()).ShouldNotContain(entry => Text(entry, "who") == who);
        foreach (string query in new[] { "max=0", "max=201", "before=0", "before=x", "before=-1", "max=9999999999" })
        {
            (await Client.GetAsync($"{Admin}/audit?{query}", token)).Status.ShouldBe(HttpStatusCode.BadRequest, query);
        }
    }

    private static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();

    /// <summary>The newest 400 entries, page by page as a page would ask for them.</summary>
    private async Task<IReadOnlyList<JsonElement>> EntriesAsync()
    {
        string viewer = await Client.TokenAsync("looker", Roles.Viewer);
        List<JsonElement> entries = [];
        string? before = null;
        do
        {
            (HttpStatusCode status, JsonDocument page) = await Client.GetAsync($"{Admin}/audit?max=100{(before is null ? null : $"&before={before}")}", viewer);
            status.ShouldBe(HttpStatusCode.OK);
            entries.AddRange(page.RootElement.GetProperty("entries").EnumerateArray());
            before = page.RootElement.GetProperty("next").GetString();
        }
        while (before is not null && entries.Count < 400);
        entries.Select(entry => long.Parse(Text(entry, "id")!)).ShouldBe(entries.Select(entry => long.Parse(Text(entry, "id")!)).OrderDescending());
        return entries;
    }

    private Task<HttpResponseMessage> RevokeAsync(string user, string token) => Client.PostRawAsync($"{Admin}/users/{user}/token-revocations", "{}", token);

    private async Task<long> DeadLetterAsync()
    {
        await using MySqlConnection database = new(Stack.MySqlConnection);
        await database.OpenAsync();
        return await database.ExecuteScalarAsync<long>(
            """
            INSERT INTO dead_letters (fingerprint, topic, status, type, cause, error, attempt, origin, failed_at, message_value, headers)
            VALUES (@fingerprint, 'dead-letters', 'open', 'test', 'test', 'test', 1, 'test/0/0', NOW(3), '', '[]');
            SELECT LAST_INSERT_ID()
            """,
            new { fingerprint = Guid.NewGuid().ToByteArray().Concat(Guid.NewGuid().ToByteArray()).ToArray() });
    }
}
