using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Seckill.Api.Rates;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Api;

/// <summary>How often one caller may ask, on a real socket.</summary>
public sealed class RequestRateTests
{
    [Fact]
    public async Task WhoAsksTooOften_IsToldToWait_AndOthersAreServed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Seckill:RequestRates:UserPerSecond", (string?)"10")]);
        builder.Services.AddProblemDetails();
        builder.Services.AddRequestRates(builder.Configuration);
        await using WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            // Stands for authentication.
            string user = context.Request.Query["user"].ToString();
            context.User = user.Length == 0 ? new ClaimsPrincipal() : new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "test"));
            return next(context);
        });
        app.UseRequestRates();
        app.MapGet("/", () => "served");
        await app.StartAsync(stop);
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };

        // Faster than a bucket fills, on any machine that answers ten requests a second.
        List<HttpResponseMessage> answers = [];
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        while (answers.TrueForAll(answer => answer.StatusCode == HttpStatusCode.OK))
        {
            deadline.IsCancellationRequested.ShouldBeFalse("Nothing was refused.");
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("/?user=greedy", stop))));
        }

        HttpResponseMessage refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        answers.ShouldContain(answer => answer.StatusCode == HttpStatusCode.OK);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        using JsonDocument problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(stop));
        problem.RootElement.GetProperty("type").GetString().ShouldBe("urn:seckill:error:throttled-requests");
        answers.ForEach(answer => answer.Dispose());

        (await client.GetAsync("/?user=modest", stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/", stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
