using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>Calls to the stock in Redis: each with a deadline, and with one exception for whatever goes wrong, which says whether the call may have run. Thread-safe.</summary>
internal sealed class StockCalls(RedisConnection redis, StockOptions options, TimeProvider time)
{
    private readonly TimeSpan _callTimeout = options.CallTimeout;

    /// <summary>Runs a script that answers a list.</summary>
    /// <exception cref="StockUnavailableException">No answer.</exception>
    public async Task<RedisResult[]> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments) =>
        (RedisResult[])await AskAsync(db => script.RunAsync(db, keys, arguments))!;

    /// <summary>Runs a command.</summary>
    /// <exception cref="StockUnavailableException">No answer.</exception>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> command)
    {
        try
        {
            return await command(redis.Database).WaitAsync(_callTimeout, time);
        }
        catch (RedisSilentException silent)
        {
            throw new StockUnavailableException("Redis is silent, and was not asked.", outcomeUnknown: false, silent);
        }
        catch (TimeoutException late)
        {
            throw new StockUnavailableException("Redis did not answer in time.", outcomeUnknown: true, late);
        }
        catch (RedisConnectionException cut)
        {
            // Only 'no connection to send it on' proves that nothing was sent.
            bool sent = cut.FailureType != ConnectionFailureType.UnableToResolvePhysicalConnection;
            throw new StockUnavailableException("The connection to Redis is down.", outcomeUnknown: sent, cut);
        }
        catch (RedisServerException refusal)
        {
            // LOADING, READONLY, OOM, BUSY, MISCONF, NOREPLICAS, CLUSTERDOWN: the server refused before the first write.
            throw new StockUnavailableException("Redis refused the call.", outcomeUnknown: false, refusal);
        }
        catch (RedisException fault)
        {
            throw new StockUnavailableException("The call to Redis failed.", outcomeUnknown: true, fault);
        }
        catch (OperationCanceledException lost)
        {
            // The client library cancels what waited on a connection that was torn down.
            throw new StockUnavailableException("The connection to Redis was lost.", outcomeUnknown: true, lost);
        }
    }
}
