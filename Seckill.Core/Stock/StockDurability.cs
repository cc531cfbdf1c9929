namespace Seckill.Core.Stock;

/// <summary>What Redis may forget when it dies; measured in docs/redis-durability.md.</summary>
public enum StockDurability
{
    /// <summary>Everything: no append-only file. Each restart is a recovery from MySQL. For tests and development.</summary>
    Memory = 0,

    /// <summary><c>appendonly yes</c>, <c>appendfsync everysec</c>: up to about a second when the machine dies, and up to two of whatever waits for a slow disk when the process does.</summary>
    EverySecond = 1,

    /// <summary><c>appendonly yes</c>, <c>appendfsync always</c>: nothing that was answered.</summary>
    Always = 2,

    /// <summary>As <see cref="Always"/>, and <c>min-replicas-to-write</c> at least <see cref="StockOptions.ReplicaAcks"/>, which is at least 1: nothing that was answered, also when the machine does not come back.</summary>
    Replicated = 3,
}
