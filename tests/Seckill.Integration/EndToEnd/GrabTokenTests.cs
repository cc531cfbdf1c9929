using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Seckill.Client.Shop;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>The protocol of docs/grab-tokens.md, spoken by a client that knows nothing but that page.</summary>
public sealed class GrabTokenTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "hidden";

    [Fact]
    public async Task WorkIsAskedFor_DoneAndPaysForOneGrab()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5, perUserLimit: 2, admission: new { grabToken = "single-use", proofOfWorkBits = 8 });
        string alice = await Client.TokenAsync("alice");
        (await Client.GrabAsync(sale, Sku, "alice", alice)).Type.ShouldBe("grab-token-required");

        (HttpStatusCode status, JsonElement asked) = await AskAsync(sale, alice);
        (status, asked.GetProperty("type").GetString()).ShouldBe((HttpStatusCode.Forbidden, "urn:seckill:error:proof-of-work-required"));
        JsonElement challenge = asked.GetProperty("challenge");
        challenge.GetProperty("bits").GetInt32().ShouldBe(8);
        string text = challenge.GetProperty("text").GetString()!;
        long nonce = Solve(text, 8);

        (status, JsonElement refused) = await AskAsync(sale, alice, new { challenge = text, nonce = Enumerable.Range(0, 10_000).First(wrong => ZeroBits(text, wrong) < 8) });
        (status, refused.GetProperty("type").GetString()).ShouldBe((HttpStatusCode.Forbidden, "urn:seckill:error:proof-of-work-invalid"));
        refused.GetProperty("challenge").GetProperty("text").GetString().ShouldNotBe(text);
        (status, _) = await AskAsync(sale, alice, new { challenge = text });
        status.ShouldBe(HttpStatusCode.BadRequest);

        (status, JsonElement issued) = await AskAsync(sale, alice, new { challenge = text, nonce });
        status.ShouldBe(HttpStatusCode.OK);
        issued.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());
        string token = issued.GetProperty("token").GetString()!;

        (await Client.GrabAsync(sale, Sku, "mallory", await Client.TokenAsync("mallory"), token)).Type.ShouldBe("grab-token-invalid");
        GrabAnswer won = await Client.GrabAsync(sale, Sku, "alice", alice, token);
        won.Won.ShouldBeTrue();
        (await Client.GrabAsync(sale, Sku, "alice", alice, token)).ShouldBe(new GrabAnswer("alice", HttpStatusCode.Conflict, "grab-token-used", won.OrderId));
    }

    [Fact]
    public async Task TheDotnetClient_DoesTheWorkByItself()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5, admission: new { grabToken = "single-use", proofOfWorkBits = 8 });
        string bob = await Client.TokenAsync("bob");
        using HttpClient http = new() { BaseAddress = Stack.Api.Url };
        ShopClient shop = new(http);

        GrabToken token = (await shop.GetGrabTokenAsync(bob, sale, Sku, TestContext.Current.CancellationToken)).Require();

        (await shop.GrabAsync(bob, sale, Sku, token.Token, TestContext.Current.CancellationToken)).Require().Status.ShouldBe("reserved");
    }

    [Fact]
    public async Task BeforeTheOpening_TheAnswerIsWhen()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5, admission: new { grabToken = "required", proofOfWorkBits = 8 }, opensIn: TimeSpan.FromMinutes(30));
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/sales/{sale}/items/{Sku}/grab-token");

        using HttpResponseMessage answer = await Client.SendAsync(request, await Client.TokenAsync("early"));

        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(425);
        body.ShouldContain("urn:seckill:error:not-open");
        body.ShouldNotContain("challenge");
        answer.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task ApiDiesAfterTheReservation_TheSameTokenFindsTheOrder()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, 5, admission: new { grabToken = "single-use" });
        string alice = await Client.TokenAsync("alice");
        (_, JsonElement issued) = await AskAsync(sale, alice);
        string token = issued.GetProperty("token").GetString()!;
        using HttpClient http = new();
        (await http.PutAsJsonAsync(new Uri(Stack.Api.Url, "/dev/faults/AfterReserveBeforeAnswer"), new { action = "kill" }, deadline.Token)).EnsureSuccessStatusCode();

        (await Client.GrabAsync(sale, Sku, "alice", alice, token)).Status.ShouldBeNull("it died before it answered");
        (await Local.Processes.Deadline.PollAsync(TimeSpan.FromSeconds(30), _ => Task.FromResult(!Stack.Api.IsRunning), deadline.Token)).ShouldBeTrue();
        await Stack.Api.StartAsync(deadline.Token);

        GrabAnswer again = await Client.GrabUntilKnownAsync(sale, Sku, "alice", alice, deadline.Token, token);
        (again.Type, again.OrderId is null).ShouldBe(("already-grabbed", false));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string sale, string token, object? solution = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/sales/{sale}/items/{Sku}/grab-token");
        request.Content = solution is null ? null : JsonContent.Create(solution);
        using HttpResponseMessage answer = await Client.SendAsync(request, token);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }

    private static long Solve(string challenge, int bits)
    {
        long nonce = 0;
        while (ZeroBits(challenge, nonce) < bits)
        {
            nonce++;
        }

        return nonce;
    }

    private static int ZeroBits(string challenge, long nonce)
    {
        byte[] text = [.. Encoding.ASCII.GetBytes(challenge), .. new byte[8]];
        BinaryPrimitives.WriteInt64BigEndian(text.AsSpan(text.Length - 8), nonce);
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(text)));
    }
}
