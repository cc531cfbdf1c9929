using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;

namespace Seckill.Integration.Grab;

/// <summary>Sales over a cluster of which one node is going to die: three that it has, and three that have nothing there. The keys that all sales share are elsewhere.</summary>
/// <param name="Doomed">The node.</param>
/// <param name="Gone">Sales that it has.</param>
/// <param name="Others">Sales that it has nothing of.</param>
internal sealed record ScatteredSales(RedisServer Doomed, IReadOnlyList<Sale> Gone, IReadOnlyList<Sale> Others)
{
    private const int Each = 3;
    private const int MostOpened = 60;

    /// <param name="cluster">The cluster.</param>
    /// <param name="open">Opens one more sale.</param>
    /// <param name="keys">The keys that the loop under test reads or writes for one sale; the first says which node has it.</param>
    public static async Task<ScatteredSales> OpenAsync(RedisCluster cluster, Func<Task<Sale>> open, Func<Sale, RedisKey[]> keys)
    {
        RedisServer doomed = cluster.Nodes[^1];
        foreach (RedisKey shared in (RedisKey[])[StockKeys.Directory, SaleKeys.Copy, "seckill:waiting-rooms:leader"])
        {
            (await cluster.NodeOfAsync(shared!)).ShouldNotBe(doomed);
        }

        List<Sale> gone = [];
        List<Sale> others = [];
        for (int i = 0; i < MostOpened && (gone.Count < Each || others.Count < Each); i++)
        {
            Sale sale = await open();
            RedisServer[] nodes = await Task.WhenAll(keys(sale).Select(key => cluster.NodeOfAsync(key!)));
            if (nodes[0] == doomed)
            {
                gone.Add(sale);
            }
            else if (!nodes.Contains(doomed))
            {
                others.Add(sale);
            }
        }

        (gone.Count, others.Count).ShouldSatisfyAllConditions(found => found.Item1.ShouldBeGreaterThanOrEqualTo(Each), found => found.Item2.ShouldBeGreaterThanOrEqualTo(Each));
        return new ScatteredSales(doomed, gone, others);
    }
}
