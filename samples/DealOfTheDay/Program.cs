// A shop that sells its deal of the day with Seckill.Core inside: its own users, its own paths, the engine's grab.
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Seckill.Core;
using Seckill.Core.Admission;
using Seckill.Core.Database;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie => cookie.Events.OnRedirectToLogin = context =>
{
    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
    return Task.CompletedTask;
});
builder.Services.AddAuthorization();
builder.Services.AddConnections(builder.Configuration).AddRedis("deal-of-the-day").AddDatabase().AddPushSending(builder.Configuration)
    .AddStock(builder.Configuration).AddSales().AddAdmission(builder.Configuration).AddGrab(builder.Configuration);

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

// Stands for the shop's own login: here everyone is who he says he is.
app.MapPost("/login/{name}", (string name) => UserId.TryParse(name, out UserId user)
    ? Results.SignIn(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user.ToString())], CookieAuthenticationDefaults.AuthenticationScheme)))
    : Results.BadRequest());

// Stands for the shop's own catalogue, and for who may change it.
app.MapPost("/deals/{sku}", async (string sku, int units, SaleDirector sales, TimeProvider time) =>
{
    if (!SkuId.TryParse(sku, out SkuId item) || units is < 1 or > 1_000_000)
    {
        return Results.BadRequest();
    }

    DateTimeOffset now = time.GetUtcNow();
    Sale sale = await sales.CreateAsync(new NewSale($"Deal of the day: {item}", new SaleWindow(now, now.AddHours(1)), [new SaleItem(item, sku, Price: 9.90m, units, PerUserLimit: 1)], Eligible: null));
    return Results.Ok(new { deal = sale.Id.ToString() });
}).RequireAuthorization();

app.MapPost("/deals/{deal}/{sku}/buy", async (string deal, string sku, ClaimsPrincipal buyer, GrabHandler grabs) =>
{
    if (!SaleId.TryParse(deal, out SaleId sale) || !SkuId.TryParse(sku, out SkuId item))
    {
        return Results.NotFound();
    }

    GrabResult result = await grabs.GrabAsync(sale, item, new UserId(buyer.FindFirstValue(ClaimTypes.NameIdentifier)!));
    return Results.Json(new { outcome = result.Outcome.ToString(), order = result.Order.ToString() }, statusCode: result.Outcome is GrabOutcome.Reserved ? 202 : 409);
}).RequireAuthorization();

app.MapGet("/healthz/ready", (IWorkerIdSource workers) => Results.StatusCode(workers.Current is null ? 503 : 200)); // Without a worker id there are no order ids.
app.Run();
