using Seckill.Core.Ids;
using Seckill.Core.Locking;
using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;
using Seckill.Ops.Connection;
using StackExchange.Redis;

namespace Seckill.Ops.Backup;

/// <summary>Loads a snapshot into Redis.</summary>
/// <remarks>
/// A private <c>redis-server</c> reads the file, checksum included, and its keys are copied over with <c>DUMP</c> and <c>RESTORE</c>: so the target may be anywhere, may have an append-only file (beside which
/// a server would ignore a snapshot that is laid into its directory), and needs no restart. At most <see cref="AtOnce"/> values are in memory here; the private server needs the room of the data set.
/// </remarks>
internal sealed class RedisRestore(RedisConnection target, string connectionString)
{
    private const int AtOnce = 64;
    private const int ScanCount = 256;
    private const string MailboxEnd = "}:mailbox";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(10);
    private static readonly string[] Hosts = ["seckill-api", "seckill-worker", "push-hub"];

    /// <summary><c>host:port</c>, for messages: without the password.</summary>
    public string Address { get; } = connectionString.Split(',')[0];

    /// <summary>Holds the server to being reachable, empty, a primary and without hosts of ours. Changes nothing.</summary>
    /// <exception cref="OpsException">It is not.</exception>
    public async Task CheckAsync(bool overwrite, CancellationToken stop)
    {
        // First by a connection that says why it is refused.
        await BackedUpRedis.CheckAsync(connectionString, stop);
        await ConnectAsync(target, Address, stop);
        IDatabase db = target.Database;
        string clients = (string)(await CallAsync(db.ExecuteAsync("CLIENT", "LIST")))!;
        if (Array.Find(Hosts, host => clients.Contains($"name={host} ", StringComparison.Ordinal)) is { } running)
        {
            throw new OpsException($"{running} is connected to Redis at {Address}: stop all hosts first. Nothing was changed.");
        }

        long keys = (long)await CallAsync(db.ExecuteAsync("DBSIZE"));
        if (keys > 0 && !overwrite)
        {
            throw new OpsException($"Redis at {Address} is not empty ({keys} keys). Nothing was changed; --overwrite throws them away.");
        }
    }

    /// <summary>Empties the server and copies the snapshot's keys into it.</summary>
    /// <returns>How many.</returns>
    public async Task<long> LoadAsync(string file, CancellationToken stop)
    {
        using TemporaryDirectory directory = new();
        // A link: the private server only reads it, since it saves nothing.
        File.CreateSymbolicLink(directory.Combine("dump.rdb"), Path.GetFullPath(file));
        await using RedisServer server = new(new() { Directory = directory.Path });
        await server.StartAsync(stop);
        using RedisConnection source = new(server.Endpoint, "seckill-ops");
        await ConnectAsync(source, server.Endpoint, stop);
        // Whoever held a lease after the cut is unknown here: leases begin anew, as after a loss (see DataSetBirth).
        await CallAsync(source.Database.KeyDeleteAsync([LockKeys.Born, WorkerIdKeys.Born]));

        await CallAsync(target.Database.ExecuteAsync("FLUSHALL"));
        long copied = 0;
        string cursor = "0";
        do
        {
            RedisResult[] page = (RedisResult[])(await CallAsync(source.Database.ExecuteAsync("SCAN", cursor, "COUNT", ScanCount)))!;
            cursor = (string)page[0]!;
            foreach (RedisKey[] chunk in ((RedisKey[])page[1]!).Chunk(AtOnce))
            {
                copied += (await Task.WhenAll(chunk.Select(key => CopyAsync(source.Database, key)))).Count(isCopied => isCopied);
            }

            stop.ThrowIfCancellationRequested();
        }
        while (cursor != "0");

        return copied;
    }

    private async Task<bool> CopyAsync(IDatabase source, RedisKey key)
    {
        if (((string)key!).EndsWith(MailboxEnd, StringComparison.Ordinal))
        {
            // Messages after the cut are gone, and their numbers will be given to others: in another life of the mailbox no client takes those for the ones it has seen.
            await CallAsync(source.HashSetAsync(key, "epoch", Guid.NewGuid().ToString("N")));
        }

        return await KeyCopy.CopyAsync(source, target.Database, key);
    }

    private static Task<T> CallAsync<T>(Task<T> call) => call.WaitAsync(CallTimeout);

    private static async Task ConnectAsync(RedisConnection connection, string address, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!connection.IsConnected)
        {
            if (TimeProvider.System.GetElapsedTime(started) > ConnectDeadline)
            {
                throw OpsException.Away("Redis", address, $"no connection within {ConnectDeadline.TotalSeconds:0} s.");
            }

            await Task.Delay(20, stop);
        }
    }
}
