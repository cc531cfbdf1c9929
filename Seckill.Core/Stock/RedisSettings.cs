using System.Globalization;

namespace Seckill.Core.Stock;

/// <summary>Redis settings that decide what it may forget, as <c>CONFIG GET</c> has them.</summary>
/// <param name="MaxMemoryPolicy"><c>maxmemory-policy</c>.</param>
/// <param name="AppendOnly"><c>appendonly</c>.</param>
/// <param name="AppendFsync"><c>appendfsync</c>.</param>
/// <param name="MinReplicasToWrite"><c>min-replicas-to-write</c>.</param>
internal sealed record RedisSettings(string MaxMemoryPolicy, string AppendOnly, string AppendFsync, string MinReplicasToWrite)
{
    /// <summary>What keeps the server from holding what the options promise; empty when it does.</summary>
    public IReadOnlyList<string> FaultsFor(StockOptions options)
    {
        List<string> faults = [];
        if (MaxMemoryPolicy != "noeviction")
        {
            faults.Add($"maxmemory-policy is {MaxMemoryPolicy}: an evicted stock key is lost stock; set noeviction");
        }

        if (options.Durability >= StockDurability.EverySecond && AppendOnly != "yes")
        {
            faults.Add($"appendonly is {AppendOnly}, Seckill:Stock:Durability is {options.Durability}: every restart forgets everything; set appendonly yes");
        }
        else if (options.Durability >= StockDurability.Always && AppendFsync != "always")
        {
            faults.Add($"appendfsync is {AppendFsync}, Seckill:Stock:Durability is {options.Durability}: a machine that dies forgets what it answered in its last second; set appendfsync always");
        }

        if (options.Durability >= StockDurability.Replicated)
        {
            if (options.ReplicaAcks < 1)
            {
                faults.Add("Seckill:Stock:Durability is Replicated, and Seckill:Stock:ReplicaAcks is 0: nobody waits for a replica");
            }

            if (!int.TryParse(MinReplicasToWrite, NumberStyles.None, CultureInfo.InvariantCulture, out int replicas) || replicas < Math.Max(1, options.ReplicaAcks))
            {
                faults.Add($"min-replicas-to-write is {MinReplicasToWrite}, below Seckill:Stock:ReplicaAcks: a primary that is cut off goes on taking writes that will be lost");
            }
        }

        return faults;
    }
}
