using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>What Api nodes testify to after a loss: winners whom they have told, laid down in Redis for the recovery to claim. Thread-safe.</summary>
/// <remarks>Bounded by what the nodes remember (<see cref="Grab.GrabOptions.MaxWitnessed"/> each). Every method throws <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is away, and may be repeated.</remarks>
internal sealed class TestimonyStore(RedisConnection redis)
{
    private const int WinnersPerCall = 1_000;

    /// <summary>
    /// How long testimony waits to be settled, counted from the latest of its bucket: 24 h. Twice the longest watch after an end (<see cref="Recovery.RecoveryOptions.WatchAfterEnd"/>), so what expires is
    /// what nobody comes for any more, unless a recovery waits for MySQL or Kafka for a whole day.
    /// </summary>
    public static TimeSpan KeepFor { get; } = TimeSpan.FromHours(24);

    /// <summary>Lays winners down, for <see cref="KeepFor"/>.</summary>
    public async Task AddAsync(StockBucket bucket, IReadOnlyCollection<WitnessedWinner> winners)
    {
        RedisKey key = new StockKeys(bucket).Testimony;
        foreach (WitnessedWinner[] chunk in winners.Chunk(WinnersPerCall))
        {
            HashEntry[] entries = Array.ConvertAll(chunk, winner => new HashEntry(winner.Order.Value, winner.ToText()));
            await redis.RunAsync(async db =>
            {
                await Task.WhenAll(db.HashSetAsync(key, entries), db.KeyExpireAsync(key, KeepFor));
                return true;
            });
        }
    }

    /// <summary>All that was laid down, in the order in which it was won: first come, first served, as before. What cannot be read is taken away and counts for nothing.</summary>
    public async Task<IReadOnlyList<WitnessedWinner>> ReadAsync(StockBucket bucket)
    {
        RedisKey key = new StockKeys(bucket).Testimony;
        Dictionary<OrderId, WitnessedWinner> winners = [];
        string cursor = "0";
        do
        {
            RedisResult[] page = (RedisResult[])await redis.RunAsync(db => db.ExecuteAsync("HSCAN", key, cursor, "COUNT", WinnersPerCall))!;
            cursor = (string)page[0]!;
            RedisValue[] pairs = (RedisValue[])page[1]!;
            for (int i = 0; i < pairs.Length; i += 2)
            {
                RedisValue order = pairs[i];
                if (WitnessedWinner.TryParse(order.ToString(), pairs[i + 1].ToString(), out WitnessedWinner winner))
                {
                    winners[winner.Order] = winner;
                }
                else
                {
                    await redis.RunAsync(db => db.HashDeleteAsync(key, order));
                }
            }
        }
        while (cursor != "0");

        return [.. winners.Values.OrderBy(winner => winner.Epoch).ThenBy(winner => winner.Version).ThenBy(winner => winner.Order.Value)];
    }

    /// <summary>Takes away those whose fate is settled.</summary>
    public async Task RemoveAsync(StockBucket bucket, IReadOnlyCollection<WitnessedWinner> settled)
    {
        RedisKey key = new StockKeys(bucket).Testimony;
        foreach (WitnessedWinner[] chunk in settled.Chunk(WinnersPerCall))
        {
            RedisValue[] orders = Array.ConvertAll(chunk, winner => (RedisValue)winner.Order.Value);
            await redis.RunAsync(db => db.HashDeleteAsync(key, orders));
        }
    }
}
