using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>Which Redis can be backed up, and restored into: one primary, of which the engine has database 0 for itself.</summary>
internal static class BackedUpRedis
{
    /// <summary>Asks it, and changes nothing.</summary>
    /// <param name="connectionString">As for the engine.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="OpsException">It does not answer, does not let us in, or is another kind of server.</exception>
    public static async Task CheckAsync(string connectionString, CancellationToken stop)
    {
        await using RespConnection redis = await RespConnection.OpenAsync(connectionString, stop);
        // Before its role: a cluster's replicas would send us to their primary, and that away again.
        if ((await redis.CallAsync(stop, "INFO", "cluster")).Contains("cluster_enabled:1", StringComparison.Ordinal))
        {
            throw new OpsException("This Redis is a node of a Redis Cluster, which can be neither backed up nor restored: its nodes would have to stand still together. docs/backup.md says what to do instead. Nothing was changed.");
        }

        if (!(await redis.CallAsync(stop, "INFO", "replication")).Contains("role:master", StringComparison.Ordinal))
        {
            throw new OpsException("This Redis is a replica: name the primary, whose writes can be held for a moment, and which takes writes. Nothing was changed.");
        }

        if ((await redis.CallAsync(stop, "INFO", "keyspace")).Split('\n').Any(line => line.StartsWith("db", StringComparison.Ordinal) && !line.StartsWith("db0:", StringComparison.Ordinal)))
        {
            throw new OpsException("This Redis holds keys in other databases than 0. They are not the engine's: a backup would lack them, and a restore throw them away. Nothing was changed.");
        }
    }
}
