using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Client.Push;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>The protocol of docs/waiting-room.md, spoken by a client that knows nothing but that page.</summary>
public sealed class WaitingRoomTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "queued";

    [Fact]
    public async Task CrowdOverTheRate_IsLetInInOrder_SeesItLive_AndGrabs()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, 3, admission: new { grabToken = "required", waitingRoom = new { admitPerSecond = 1, maxWaiting = 3 } });
        (string User, string Token)[] buyers = await BuyersAsync("queued", 6);
        ConcurrentQueue<JsonElement> progress = [];
        await using PushClient page = new(new PushClientOptions { Hub = Stack.HubUrl, AccessToken = _ => ValueTask.FromResult(buyers[0].Token) });
        await page.StartAsync(deadline.Token);
        await page.WatchAsync(sale, deadline.Token);
        _ = KeepProgressAsync(page, progress);
        (await TokenAsync(sale, buyers[0].Token)).Problem.ShouldBe("waiting-room-required");

        List<Room> rooms = [];
        foreach ((_, string token) in buyers)
        {
            rooms.Add(await VisitAsync(HttpMethod.Post, sale, token));
        }

        rooms[0].State.ShouldBe("admitted");
        rooms.Where(room => room.Problem is null).Select(room => room.Place).ShouldBeInOrder(SortDirection.Ascending);
        Room[] waiting = [.. rooms.Where(room => room.State == "waiting")];
        waiting.Length.ShouldBeInRange(2, 4);
        (await VisitAsync(HttpMethod.Get, sale, buyers[1].Token, rooms[0].Ticket)).Problem.ShouldBe("waiting-room-ticket-invalid");
        (await VisitAsync(HttpMethod.Post, sale, buyers[1].Token)).Place.ShouldBe(rooms[1].Place);

        // The last who waits leaves, the others are let in one after another.
        int last = rooms.FindLastIndex(room => room.State == "waiting");
        (await VisitAsync(HttpMethod.Delete, sale, buyers[last].Token, rooms[last].Ticket)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await VisitAsync(HttpMethod.Get, sale, buyers[last].Token, rooms[last].Ticket)).Problem.ShouldBe("waiting-room-place-lost");
        for (int i = 0; i < last; i++)
        {
            Room room = rooms[i];
            while (room.State == "waiting")
            {
                await Task.Delay(100, deadline.Token);
                room = await VisitAsync(HttpMethod.Get, sale, buyers[i].Token, room.Ticket);
            }

            (room.State, room.Problem).ShouldBe(("admitted", null));
            (string? grabToken, string? problem) = await TokenAsync(sale, buyers[i].Token);
            problem.ShouldBeNull();
            GrabAnswer answer = await Client.GrabAsync(sale, Sku, buyers[i].User, buyers[i].Token, grabToken);
            (answer.Won || answer.Type == "sold-out").ShouldBeTrue(answer.ToString());
        }

        while (!progress.Any(push => push.GetProperty("head").GetInt64() >= rooms[last - 1].Place))
        {
            await Task.Delay(50, deadline.Token);
        }

        progress.Select(push => push.GetProperty("head").GetInt64()).ShouldBeInOrder(SortDirection.Ascending);
        progress.ShouldAllBe(push => push.GetProperty("saleId").GetString() == sale && push.GetProperty("admitPerSecond").GetInt32() == 1);
    }

    [Theory]
    [InlineData("{\"waitingRoom\":{\"admitPerSecond\":5}}", "admission.waitingRoom")]
    [InlineData("{\"grabToken\":\"required\",\"waitingRoom\":{}}", "admission.waitingRoom.admitPerSecond")]
    [InlineData("{\"grabToken\":\"required\",\"waitingRoom\":{\"admitPerSecond\":10001}}", "admission.waitingRoom.admitPerSecond")]
    [InlineData("{\"grabToken\":\"required\",\"waitingRoom\":{\"admitPerSecond\":5,\"maxWaiting\":0}}", "admission.waitingRoom.maxWaiting")]
    public async Task ARoomThatMakesNoSense_IsRefusedByField(string admission, string field)
    {
        string body = $$"""{"name":"x","startsAt":"2030-01-01T00:00:00Z","endsAt":"2030-01-02T00:00:00Z","items":[{"skuId":"x","name":"x","price":1,"stock":1}],"admission":{{admission}}}""";

        using HttpResponseMessage answer = await Client.PostRawAsync("/api/v1/admin/sales", body, await Client.TokenAsync("boss", "admin"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    private static async Task KeepProgressAsync(PushClient page, ConcurrentQueue<JsonElement> progress)
    {
        await foreach (PushEvent one in page.ReadAllAsync())
        {
            if (one is PushMessage { Type: "room.progress" } message)
            {
                progress.Enqueue(message.Payload);
            }
        }
    }

    private async Task<Room> VisitAsync(HttpMethod method, string sale, string token, string? ticket = null)
    {
        using HttpRequestMessage request = new(method, $"/api/v1/sales/{sale}/waiting-room");
        if (ticket is not null)
        {
            request.Headers.Add("X-Waiting-Room-Ticket", ticket);
        }

        using HttpResponseMessage answer = await Client.SendAsync(request, token);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (text.Length == 0)
        {
            return new Room(answer.StatusCode, null, null, 0, null);
        }

        JsonElement body = JsonDocument.Parse(text).RootElement;
        return answer.IsSuccessStatusCode
            ? new Room(answer.StatusCode, body.GetProperty("state").GetString(), body.GetProperty("ticket").GetString(), body.GetProperty("place").GetInt64(), null)
            : new Room(answer.StatusCode, null, null, 0, ProblemOf(body));
    }

    private async Task<(string? Token, string? Problem)> TokenAsync(string sale, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/sales/{sale}/items/{Sku}/grab-token");
        using HttpResponseMessage answer = await Client.SendAsync(request, token);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? (body.GetProperty("token").GetString(), null) : (null, ProblemOf(body));
    }

    private static string ProblemOf(JsonElement body) => body.GetProperty("type").GetString()!.Split(':')[^1].ToLower(CultureInfo.InvariantCulture);

    private sealed record Room(HttpStatusCode Status, string? State, string? Ticket, long Place, string? Problem);
}
