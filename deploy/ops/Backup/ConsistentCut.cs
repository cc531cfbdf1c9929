using System.Diagnostics;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>Both snapshots, taken while Redis stood still: see ADR 31.</summary>
/// <param name="Redis">Made, and still to be received.</param>
/// <param name="MySql">Made, and still to be received.</param>
/// <param name="At">When.</param>
/// <param name="Paused">How long Redis took no writes.</param>
/// <param name="Keys">Keys in Redis.</param>
internal sealed record ConsistentCut(RedisSnapshot Redis, MySqlDump MySql, DateTimeOffset At, TimeSpan Paused, long Keys) : IAsyncDisposable
{
    private const int Attempts = 5;

    private static readonly TimeSpan QuietDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan QuietPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes it: stops Redis's writes, has both servers make their snapshots, and lets the writes go on. Between the two snapshots nothing was written to Redis, so both are of one moment.</summary>
    /// <param name="redis">The primary.</param>
    /// <param name="access">The database.</param>
    /// <param name="longestPause">After which Redis goes on by itself, whatever became of us; then the attempt does not count.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="OpsException">No attempt was quick enough, or a server refuses.</exception>
    public static async Task<ConsistentCut> TakeAsync(string redis, MySqlAccess access, TimeSpan longestPause, CancellationToken stop)
    {
        await using RespConnection control = await RespConnection.OpenAsync(redis, stop);
        for (int attempt = 1; ; attempt++)
        {
            await WaitUntilQuietAsync(control, stop);
            if (await TryAsync(redis, control, access, longestPause, stop) is { } cut)
            {
                return cut;
            }

            if (attempt == Attempts)
            {
                throw new OpsException($"No snapshot of both was made within {longestPause.TotalSeconds:0.#} s, in {Attempts} attempts. Nothing was written. Allow more with --max-pause, at a quieter time.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await MySql.DisposeAsync();
    }

    private static async Task<ConsistentCut?> TryAsync(string redis, RespConnection control, MySqlAccess access, TimeSpan longestPause, CancellationToken stop)
    {
        RedisSnapshot snapshot = new(await RespConnection.OpenAsync(redis, stop));
        MySqlDump? dump = null;
        bool isTaken = false;
        try
        {
            // The server counts the pause from when it has the command, which is later than this: while we count less than the pause, it stands.
            long started = Stopwatch.GetTimestamp();
            await control.CallAsync(stop, "CLIENT", "PAUSE", $"{(long)longestPause.TotalMilliseconds}", "WRITE");
            try
            {
                DateTimeOffset at = TimeProvider.System.GetUtcNow();
                dump = MySqlDump.Start(access);
                long keys = long.Parse(await control.CallAsync(stop, "DBSIZE"));
                using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(longestPause);
                await Task.WhenAll(snapshot.TakeAsync(limit.Token), dump.TakeAsync(limit.Token));
                TimeSpan paused = Stopwatch.GetElapsedTime(started);
                isTaken = paused < longestPause;
                return isTaken ? new ConsistentCut(snapshot, dump, at, paused, keys) : null;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return null;
            }
            finally
            {
                // Also when we are told to give up: the shop must not wait for the pause to run out.
                await control.CallAsync(CancellationToken.None, "CLIENT", "UNPAUSE");
            }
        }
        finally
        {
            if (!isTaken)
            {
                await snapshot.DisposeAsync();
                if (dump is not null)
                {
                    await dump.DisposeAsync();
                }
            }
        }
    }

    // While the server makes a snapshot of its own, or rewrites its append-only file, it starts none for us.
    private static async Task WaitUntilQuietAsync(RespConnection control, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            string persistence = await control.CallAsync(stop, "INFO", "persistence");
            if (!persistence.Contains("rdb_bgsave_in_progress:1", StringComparison.Ordinal) && !persistence.Contains("aof_rewrite_in_progress:1", StringComparison.Ordinal))
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(started) > QuietDeadline)
            {
                throw new OpsException("Redis has been saving or rewriting its append-only file for two minutes; try again when it is done.");
            }

            await Task.Delay(QuietPoll, stop);
        }
    }
}
