using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Seckill.Api.Problems;
using Seckill.Core.Admission;
using Seckill.Core.Configuration;

namespace Seckill.Api.Rates;

/// <summary>A token bucket for each caller: the user of a good token, else the address. Buckets of callers who are silent for a while are let go by the library, so their number is that of the callers.</summary>
public static class RequestRates
{
    public static IServiceCollection AddRequestRates(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<RequestRateOptions>(configuration.GetSection(RequestRateOptions.Section));
        services.AddRateLimiter(limiter => limiter.OnRejected = (rejected, _) => new ValueTask(
            new ProblemResult(ProblemTypes.ThrottledRequests, retryAfter: rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : null).ExecuteAsync(rejected.HttpContext)));
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RequestRateOptions>>((limiter, rates) => limiter.GlobalLimiter = Limiter(rates.Value));
        return services;
    }

    /// <summary>Comes after authentication, which says who asks, and before authorization: who is refused has asked.</summary>
    public static WebApplication UseRequestRates(this WebApplication app)
    {
        app.UseRateLimiter();
        return app;
    }

    private static PartitionedRateLimiter<HttpContext> Limiter(RequestRateOptions rates)
    {
        TokenBucketRateLimiterOptions user = Bucket(rates.UserPerSecond), address = Bucket(rates.AddressPerSecond);
        return PartitionedRateLimiter.Create<HttpContext, Caller>(context =>
            context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } name
                ? RateLimitPartition.GetTokenBucketLimiter(new Caller(name, default), _ => user)
                : RateLimitPartition.GetTokenBucketLimiter(new Caller(null, ClientAddress.Of(context.Connection.RemoteIpAddress)), _ => address));
    }

    private static TokenBucketRateLimiterOptions Bucket(int perSecond) => new()
    {
        TokenLimit = 2 * perSecond,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
        // The partitions' own timer refills all of them.
        AutoReplenishment = false,
    };

    private readonly record struct Caller(string? User, ClientAddress Address);
}
