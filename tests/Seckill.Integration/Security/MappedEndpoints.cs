using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Api.Problems;
using Seckill.Local.Stack;

namespace Seckill.Integration.Security;

/// <summary>Every endpoint that the Api maps, as <c>METHOD /path</c>, from the data source of its own program in Development. Its servers' addresses lead nowhere: nothing is asked of it.</summary>
internal static class MappedEndpoints
{
    private const string Nowhere = "127.0.0.1:1";

    private static readonly Lazy<IReadOnlyList<string>> Mapped = new(Read);

    public static IReadOnlyList<string> All => Mapped.Value;

    private static List<string> Read()
    {
        using WebApplicationFactory<ProblemType> factory = new();
        using WebApplicationFactory<ProblemType> api = factory.WithWebHostBuilder(host =>
        {
            string secret = StackEnvironment.NewSecret();
            host.UseEnvironment("Development");
            foreach ((string key, string value) in new (string, string)[]
            {
                ("Seckill:Redis", Nowhere), ("Seckill:Kafka", Nowhere), ("Seckill:MySql", "Server=127.0.0.1;Port=1"), ("Seckill:Auth:Issuer", "tests"), ("Seckill:Auth:Audience", "tests"),
                ("Seckill:Auth:Keys:0:Id", "k"), ("Seckill:Auth:Keys:0:Secret", secret), ("Seckill:PaymentCallbacks:Keys:0:Id", "k"), ("Seckill:PaymentCallbacks:Keys:0:Secret", secret),
                ("Seckill:Receipts:Keys:0", secret), ("Seckill:GrabTokens:Keys:0", secret),
            })
            {
                host.UseSetting(key, value);
            }
        });
        return [.. api.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().SelectMany(MethodsOf).Distinct().Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}");
}
