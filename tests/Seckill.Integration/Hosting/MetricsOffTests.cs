using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Seckill.Hosting;
using Seckill.Hosting.Telemetry;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Hosting;

/// <summary>A host on which nobody wants metrics.</summary>
public sealed class MetricsOffTests
{
    [Theory]
    [InlineData(MetricsUse.Off, HttpStatusCode.NotFound)]
    [InlineData(MetricsUse.Scraped, HttpStatusCode.OK)]
    public async Task Metrics_AreServedUnlessTheyAreOff(MetricsUse use, HttpStatusCode answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Seckill:Redis"] = "127.0.0.1:1",
            ["Seckill:Kafka"] = "127.0.0.1:1",
            ["Seckill:MySql"] = "Server=127.0.0.1;Port=1",
            ["Seckill:Telemetry:Metrics"] = $"{use}",
        });
        builder.AddSeckillHost("measured");
        await using WebApplication app = builder.Build();
        app.MapSeckillHost();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = new();

        using HttpResponseMessage response = await client.GetAsync(new Uri(new Uri(app.Urls.Single()), "/metrics"), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(answer);
    }
}
