using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>Holds the server's settings against <see cref="StockOptions.Durability"/> once at start, and says in the log what does not fit. It refuses nothing: a setting can be changed while all runs, and a sale that stands still loses more.</summary>
internal sealed class RedisSettingsCheck(RedisConnection redis, IOptions<StockOptions> options, TimeProvider time, ILogger<RedisSettingsCheck> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="RedisServerException">The server, or whoever hosts it, does not allow <c>CONFIG</c>.</exception>
    public static async Task<RedisSettings> ReadAsync(RedisConnection redis)
    {
        async Task<string> GetAsync(string name) => ((string[])await redis.RunAsync(db => db.ExecuteAsync("CONFIG", "GET", name)))[1];
        return new RedisSettings(await GetAsync("maxmemory-policy"), await GetAsync("appendonly"), await GetAsync("appendfsync"), await GetAsync("min-replicas-to-write"));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await TryCheckAsync())
            {
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops before Redis was there.
        }
    }

    private async Task<bool> TryCheckAsync()
    {
        try
        {
            foreach (string fault in (await ReadAsync(redis)).FaultsFor(options.Value))
            {
                log.RedisSettingUnfit(fault);
            }

            return true;
        }
        catch (RedisServerException refused) when (!refused.Message.StartsWith("LOADING", StringComparison.Ordinal))
        {
            log.RedisSettingsUnread(refused.Message);
            return true;
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
