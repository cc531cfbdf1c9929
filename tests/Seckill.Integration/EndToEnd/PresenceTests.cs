using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>The Api shows operators, and nobody else, who is on the hub.</summary>
public sealed class PresenceTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Path = "/api/v1/admin/push/presence";

    [Fact]
    public async Task ConnectedUser_IsShown_AndGoneOnceHeHasLeft()
    {
        using CancellationTokenSource deadline = Deadline();
        string boss = await Client.TokenAsync("boss", "admin");
        await using (await Listener.ConnectAsync(Stack.HubUrl, await Client.TokenAsync("seen"), deadline.Token))
        {
            JsonElement user = await UntilAsync(1);
            JsonElement session = user.GetProperty("sessions").EnumerateArray().ShouldHaveSingleItem();
            session.GetProperty("transport").GetString().ShouldBe("webSockets");

            JsonElement all;
            do
            {
                await Task.Delay(50, deadline.Token);
                all = (await Client.GetAsync($"{Path}?limit=1", boss)).Body.RootElement;
            }
            while (all.GetProperty("connections").GetInt64() == 0);

            JsonElement node = all.GetProperty("page").EnumerateArray().ShouldHaveSingleItem();
            node.GetProperty("draining").GetBoolean().ShouldBeFalse();
            all.GetProperty("user").ValueKind.ShouldBe(JsonValueKind.Null);
            (await Client.GetAsync($"{Path}?after=~", boss)).Body.RootElement.GetProperty("page").GetArrayLength().ShouldBe(0);
        }

        await UntilAsync(0);

        async Task<JsonElement> UntilAsync(int connections)
        {
            while (true)
            {
                (HttpStatusCode status, JsonDocument body) = await Client.GetAsync($"{Path}?user=seen", boss);
                status.ShouldBe(HttpStatusCode.OK);
                JsonElement user = body.RootElement.GetProperty("user");
                if (user.GetProperty("connections").GetInt32() == connections)
                {
                    return user;
                }

                await Task.Delay(50, deadline.Token);
            }
        }
    }

    [Theory]
    [InlineData("?user=a%20b", "admin", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("?limit=0", "admin", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("?limit=501", "admin", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("", "buyer", HttpStatusCode.Forbidden, "forbidden")]
    public async Task WhatMayNotBeAsked_IsRefusedByName(string query, string role, HttpStatusCode expected, string name)
    {
        (HttpStatusCode status, JsonDocument body) = await Client.GetAsync(Path + query, await Client.TokenAsync("somebody", role));

        status.ShouldBe(expected);
        body.RootElement.GetProperty("type").GetString().ShouldBe($"urn:seckill:error:{name}");
    }
}
