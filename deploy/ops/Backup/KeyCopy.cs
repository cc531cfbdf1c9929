using StackExchange.Redis;

namespace Seckill.Ops.Backup;

/// <summary>Copies one key from server to server, with the time that it has left.</summary>
internal static class KeyCopy
{
    // A server that does not answer for so long is away.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(1);

    /// <returns>False when the source has no such key, or no longer.</returns>
    public static async Task<bool> CopyAsync(IDatabase source, IDatabase target, RedisKey key)
    {
        // In this order: one whose time is up in between is gone by the second, and does not live for ever.
        TimeSpan? life = await source.KeyTimeToLiveAsync(key).WaitAsync(CallTimeout);
        byte[]? value = await source.KeyDumpAsync(key).WaitAsync(CallTimeout);
        if (value is null)
        {
            return false;
        }

        // To RESTORE, 0 means for ever; a key in its last millisecond is told as 0 by PTTL. A scan may give a key twice, hence REPLACE.
        long milliseconds = life is { } left ? Math.Max(1, (long)left.TotalMilliseconds) : 0;
        await target.ExecuteAsync("RESTORE", key, milliseconds, value, "REPLACE").WaitAsync(CallTimeout);
        return true;
    }
}
