using System.Net;
using Microsoft.AspNetCore.Builder;
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
        await using WebApplication app = BareHost.Create("measured", new Dictionary<string, string?> { ["Seckill:Telemetry:Metrics"] = $"{use}" }).Build();
        app.MapSeckillHost();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = new();

        using HttpResponseMessage response = await client.GetAsync(new Uri(new Uri(app.Urls.Single()), "/metrics"), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(answer);
    }
}
