using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>Revoked tokens over HTTP: the grab path and the rest of the Api refuse them by name, and nobody else's.</summary>
public sealed class TokenRevocationTests(StackFixture fixture) : EndToEndTest(fixture)
{
    /// <summary>Nobody else's name: the other tests share the stack, and who logs in within the second of his revocation is refused.</summary>
    private const string Rogue = "rogue";

    [Fact]
    public async Task AllOfAUser_AreRefusedByName_OnTheGrabPathAndElsewhere()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync("revoked", 10);
        string boss = await Client.TokenAsync("boss", "admin"), rogue = await Client.TokenAsync(Rogue), alice = await Client.TokenAsync("alice");
        (await Client.GrabAsync(sale, "revoked", Rogue, rogue)).Won.ShouldBeTrue();

        using HttpResponseMessage revoked = await Client.PostRawAsync($"/api/v1/admin/users/{Rogue}/token-revocations", "{}", boss);
        revoked.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        while ((await Client.GrabAsync(sale, "revoked", Rogue, rogue)) is var answer && answer.Type != "token-revoked")
        {
            answer.Type.ShouldBe("already-grabbed", "until the node has heard");
            await Task.Delay(20, deadline.Token);
        }

        (HttpStatusCode status, JsonDocument body) = await Client.GetAsync("/api/v1/orders", rogue);
        status.ShouldBe(HttpStatusCode.Unauthorized);
        body.RootElement.GetProperty("type").GetString().ShouldBe("urn:seckill:error:token-revoked");
        (await Client.GrabAsync(sale, "revoked", "alice", alice)).Won.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a%20b", "{}", "admin", "invalid")]
    [InlineData(Rogue, """{"tokenId":"with space"}""", "admin", "invalid")]
    [InlineData(Rogue, """{"tokenId":7}""", "admin", "bad-request")]
    [InlineData(Rogue, "{}", "buyer", "forbidden")]
    public async Task WhatCannotBeRevoked_IsRefusedByName(string user, string body, string role, string expected)
    {
        using HttpResponseMessage refused = await Client.PostRawAsync($"/api/v1/admin/users/{user}/token-revocations", body, await Client.TokenAsync("somebody", role));

        (await refused.Content.ReadAsStringAsync()).ShouldContain($"urn:seckill:error:{expected}\"");
    }
}
