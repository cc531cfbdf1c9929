using System.Net;
using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>Whatever is thrown at the Api is refused with a problem of a stable type, names no internals, and changes nothing.</summary>
public sealed class BadInputTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "sane";

    [Fact]
    public async Task WrongIdsAndBodies_AreRefusedByName_AndTheStockStays()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        string buyer = await Client.TokenAsync("mallory");
        string admin = await Client.TokenAsync("boss", "admin");

        await RefusedAsync(HttpStatusCode.NotFound, "unknown-sale", $"/api/v1/sales/9223372036854775807/items/{Sku}/grabs", "", buyer);
        await RefusedAsync(HttpStatusCode.NotFound, "unknown-sku", $"/api/v1/sales/{sale}/items/other/grabs", "", buyer);
        await RefusedAsync(HttpStatusCode.NotFound, null, $"/api/v1/sales/not-a-number/items/{Sku}/grabs", "", buyer);
        await RefusedAsync(HttpStatusCode.NotFound, null, $"/api/v1/sales/-1/items/{Sku}/grabs", "", buyer);
        await RefusedAsync(HttpStatusCode.NotFound, null, $"/api/v1/sales/{sale}/items/a%20b%0A/grabs", "", buyer);
        await RefusedAsync(HttpStatusCode.NotFound, null, $"/api/v1/sales/{sale}/items/{new string('s', 500)}/grabs", "", buyer);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", "{ \"name\": ", admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", "[]", admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", "{}", admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", SaleJson(stock: "-1"), admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", SaleJson(stock: "1e99"), admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", SaleJson(price: "-0.01"), admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", SaleJson(sku: "a:b"), admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", SaleJson(stock: """1,"buckets":0"""), admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", SaleJson(stock: """1,"buckets":65"""), admin);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/admin/sales", SaleJson(endsAt: "2001-01-01T00:00:00Z"), admin);
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, null, "/api/v1/admin/sales", SaleJson(name: new string('x', 3_000_000)), admin);
        await RefusedAsync(HttpStatusCode.UnsupportedMediaType, null, "/api/v1/admin/sales", SaleJson(), admin, "text/plain");
        await RefusedAsync(HttpStatusCode.NotFound, null, "/api/v1/admin/sales/9223372036854775807/open", "", admin);

        (await Audit(sale, Sku, 5).ReadAsync()).Left.ShouldBe(5);
    }

    [Fact]
    public async Task TokensThatAreNotOurs_OpenNothing()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        string path = $"/api/v1/sales/{sale}/items/{Sku}/grabs";
        string good = await Client.TokenAsync("mallory");
        string[] parts = good.Split('.');
        string none = Base64Url("""{"alg":"none","typ":"JWT"}""");
        string otherAlgorithm = Base64Url("""{"alg":"HS512","typ":"JWT","kid":"local"}""");

        await RefusedAsync(HttpStatusCode.Unauthorized, "unauthenticated", path, "", null);
        await RefusedAsync(HttpStatusCode.Unauthorized, "unauthenticated", path, "", "garbage");
        await RefusedAsync(HttpStatusCode.Unauthorized, "unauthenticated", path, "", $"{parts[0]}.{parts[1]}.{new string('A', 43)}");
        await RefusedAsync(HttpStatusCode.Unauthorized, "unauthenticated", path, "", $"{none}.{parts[1]}.");
        await RefusedAsync(HttpStatusCode.Unauthorized, "unauthenticated", path, "", $"{otherAlgorithm}.{parts[1]}.{parts[2]}");
        await RefusedAsync(HttpStatusCode.Forbidden, "forbidden", "/api/v1/admin/sales", SaleJson(), good);
        await RefusedAsync(HttpStatusCode.Forbidden, "forbidden", $"/api/v1/admin/sales/{sale}/close", "", good);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/dev/tokens", """{"userId":"a b","role":"buyer"}""", null);
        await RefusedAsync(HttpStatusCode.BadRequest, null, "/api/v1/dev/tokens", """{"userId":"a","role":"root"}""", null);

        (await Audit(sale, Sku, 5).ReadAsync()).Left.ShouldBe(5);
    }

    [Fact]
    public async Task StrangersOrder_IsNotFound()
    {
        string sale = await Client.CreateSaleAsync(Sku, 5);
        GrabAnswer won = await Client.GrabAsync(sale, Sku, "alice", await Client.TokenAsync("alice"));

        (HttpStatusCode mine, JsonDocument own) = await Client.GetAsync($"/api/v1/orders/{won.OrderId}", await Client.TokenAsync("alice"));
        (HttpStatusCode theirs, JsonDocument problem) = await Client.GetAsync($"/api/v1/orders/{won.OrderId}", await Client.TokenAsync("mallory"));

        won.Won.ShouldBeTrue();
        mine.ShouldBe(HttpStatusCode.OK);
        own.RootElement.GetProperty("status").GetString().ShouldBeOneOf("reserved", "pending-payment");
        theirs.ShouldBe(HttpStatusCode.NotFound);
        problem.RootElement.GetProperty("type").GetString().ShouldBe("urn:seckill:error:unknown-order");
    }

    [Fact]
    public async Task WrongMethodAndUnknownPath_AreProblemsToo()
    {
        (HttpStatusCode unknown, JsonDocument problem) = await Client.GetAsync("/api/v1/nothing-here");
        using HttpRequestMessage delete = new(HttpMethod.Delete, "/api/v1/sales");
        using HttpResponseMessage wrongMethod = await Client.SendAsync(delete, null);

        unknown.ShouldBe(HttpStatusCode.NotFound);
        problem.RootElement.GetProperty("type").GetString().ShouldStartWith("urn:seckill:error:");
        wrongMethod.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        wrongMethod.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    private async Task RefusedAsync(HttpStatusCode status, string? type, string path, string body, string? token, string contentType = "application/json")
    {
        using HttpResponseMessage response = await Client.PostRawAsync(path, body, token, contentType);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(status, $"{path}: {text}");
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", path);
        using JsonDocument problem = JsonDocument.Parse(text);
        string? given = problem.RootElement.GetProperty("type").GetString();
        given.ShouldNotBeNull().ShouldStartWith("urn:seckill:error:");
        if (type is not null)
        {
            given.ShouldBe("urn:seckill:error:" + type);
        }

        text.ShouldNotContain("   at ", Case.Sensitive, path);
        text.ShouldNotContain("Exception", Case.Sensitive, path);
    }

    private static string SaleJson(
        string name = "n", string sku = Sku, string stock = "1", string price = "1.00", string endsAt = "2099-01-01T00:00:00Z") =>
        $$"""{"name":"{{name}}","startsAt":"2026-01-01T00:00:00Z","endsAt":"{{endsAt}}","items":[{"skuId":"{{sku}}","name":"i","price":{{price}},"stock":{{stock}},"perUserLimit":1}]}""";

    private static string Base64Url(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
