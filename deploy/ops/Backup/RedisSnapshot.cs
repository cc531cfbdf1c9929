namespace Seckill.Ops.Backup;

/// <summary>A snapshot of all of Redis at one moment, sent over the network as to a new replica. Not thread-safe.</summary>
/// <remarks>
/// The replication protocol, because it says when the snapshot is of: the server answers <c>FULLRESYNC</c> at the fork that makes the copy, and what is written later is not in it. Not
/// <c>redis-cli --rdb</c>: it declares that it can take a stream, and then the server waits for other replicas, five seconds by default, before it forks. Nothing else is asked for: with <c>rdb-only</c>
/// (Redis 7) the server keeps no writes for us, so that the copy costs it what a snapshot on disk costs and no more.
/// </remarks>
internal sealed class RedisSnapshot(RespConnection connection) : IAsyncDisposable
{
    /// <summary>Asks for it, and returns when the copy has been made in the server: from then on writes no longer change it.</summary>
    /// <exception cref="IOException">The server does something else.</exception>
    public async Task TakeAsync(CancellationToken stop)
    {
        await connection.SendAsync(stop, "REPLCONF", "rdb-only", "1");
        await connection.ReadLineAsync(stop); // An older server knows no such thing and keeps writes for a replica that will not stay.
        await connection.SendAsync(stop, "PSYNC", "?", "-1");
        string answer = await connection.ReadLineAsync(stop);
        if (!answer.StartsWith("+FULLRESYNC ", StringComparison.Ordinal))
        {
            throw new IOException($"Redis answered a request for a snapshot with '{answer}'.");
        }
    }

    /// <summary>Receives it.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken stop)
    {
        string header = await connection.ReadLineAsync(stop);
        if (!header.StartsWith('$') || header.StartsWith("$EOF", StringComparison.Ordinal))
        {
            throw new IOException($"Redis sent '{header}' in place of a snapshot's length.");
        }

        await connection.CopyAsync(RespConnection.Number(header), destination, stop);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
