using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Sales;

/// <summary>Writes sales into the copy in Redis that all nodes read. Thread-safe; every call may be repeated.</summary>
/// <remarks>Every method throws <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is away.</remarks>
public sealed class SalePublisher(RedisConnection redis, TimeProvider time)
{
    private static readonly RedisScript PublishScript = RedisScript.Load("publish-sale.lua");

    /// <summary>Puts a sale into the copy, unless a newer version stands there, and tells all nodes.</summary>
    public async Task PublishAsync(Sale sale) =>
        await redis.RunAsync(db => PublishScript.RunAsync(
            db,
            [SaleKeys.Copy, SaleKeys.Version],
            [sale.Id.Value, SaleJson.Write(sale), sale.Version, time.GetUtcNow().ToUnixTimeMilliseconds(), SaleCatalog.MaxSales, SaleKeys.ChangedChannel]));

    /// <summary>Writes the list of a restricted sale. The list never changes, so adding is enough.</summary>
    public async Task PublishEligibleAsync(SaleId sale, IEnumerable<UserId> users)
    {
        foreach (UserId[] chunk in users.Chunk(1_000))
        {
            await redis.RunAsync(db => db.SetAddAsync(SaleKeys.Eligible(sale), Array.ConvertAll(chunk, user => (RedisValue)user.Value)));
        }

        // Last: only a list that is whole carries the mark.
        await redis.RunAsync(db => db.SetAddAsync(SaleKeys.Eligible(sale), SaleKeys.EligibleWritten));
    }
}
