using Seckill.Core.Ids;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Sales;

/// <summary>Writes sales into the copy in Redis that all nodes read. Thread-safe; every call may be repeated.</summary>
/// <remarks>Every method throws <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is away.</remarks>
public sealed class SalePublisher(RedisConnection redis, TimeProvider time)
{
    private static readonly RedisScript PublishScript = RedisScript.Load("publish-sale.lua");
    private static readonly RedisScript RaiseScript = RedisScript.Load("raise-list.lua");

    /// <summary>Puts a sale into the copy, unless a newer version stands there, and tells all nodes.</summary>
    public async Task PublishAsync(Sale sale) =>
        await redis.RunAsync(db => PublishScript.RunAsync(
            db,
            [SaleKeys.Copy, SaleKeys.Version],
            [sale.Id.Value, SaleJson.Write(sale), sale.Version, time.GetUtcNow().ToUnixTimeMilliseconds(), SaleCatalog.MaxSales, SaleKeys.ChangedChannel]));

    /// <summary>Adds users to the list of a restricted sale in Redis, which only grows, and gives the list a new version.</summary>
    /// <param name="sale">The sale; when its window ends says how long the list is kept.</param>
    /// <param name="users">Some of its users, or all.</param>
    /// <returns>The list's new version. Filters of former ones refuse nobody from when nodes have heard of it, see <see cref="Admission.EligibilityGate"/>.</returns>
    public async Task<long> PublishEligibleAsync(Sale sale, IEnumerable<UserId> users)
    {
        RedisKey list = SaleKeys.Eligible(sale.Id);
        foreach (UserId[] chunk in users.Chunk(1_000))
        {
            await redis.RunAsync(db => db.SetAddAsync(list, Array.ConvertAll(chunk, user => (RedisValue)user.Value)));
        }

        // Last: only a list that is whole carries the mark, and a filter is made of a version that has all its users.
        return (long)await redis.RunAsync(db => RaiseScript.RunAsync(
            db,
            [list, SaleKeys.EligibleVersion(sale.Id)],
            [SaleKeys.EligibleWritten, time.GetUtcNow().ToUnixTimeMilliseconds(), (sale.Window.EndsAt + SaleKeys.KeepEligible).ToUnixTimeMilliseconds(), SaleKeys.EligibleChannel, sale.Id.Value]));
    }
}
