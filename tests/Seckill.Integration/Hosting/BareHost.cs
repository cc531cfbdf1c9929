using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Seckill.Hosting;
using Seckill.Local.Stack;

namespace Seckill.Integration.Hosting;

/// <summary>Hosts with nothing of ours but what all three share, on a free port; the addresses of the servers lead nowhere.</summary>
internal static class BareHost
{
    /// <summary>The builder, to be added to.</summary>
    /// <param name="name">The service's name.</param>
    /// <param name="settings">Settings beyond the addresses and the key of tokens.</param>
    /// <param name="environment">Production unless told otherwise.</param>
    public static WebApplicationBuilder Create(string name, IReadOnlyDictionary<string, string?>? settings = null, string environment = "Production")
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Seckill:Redis"] = "127.0.0.1:1",
            ["Seckill:Kafka"] = "127.0.0.1:1",
            ["Seckill:MySql"] = "Server=127.0.0.1;Port=1",
            ["Seckill:Auth:Issuer"] = "tests",
            ["Seckill:Auth:Audience"] = "tests",
            ["Seckill:Auth:Keys:0:Id"] = "k1",
            ["Seckill:Auth:Keys:0:Secret"] = StackEnvironment.NewSecret(),
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddSeckillHost(name);
        return builder;
    }
}
