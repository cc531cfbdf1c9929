using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>Tells what a refusal of Redis speaks of.</summary>
public static class RedisFaults
{
    private static readonly string[] OfTheServer = ["OOM", "READONLY", "MISCONF", "NOREPLICAS"];

    /// <summary>
    /// True when it speaks of the keys that the command names: one is of another type, or holds what a script cannot read. No repetition mends that. Everything else (loading, read-only,
    /// out of memory, busy, no connection) is the server's own state, and passes.
    /// </summary>
    public static bool IsOfTheKeys(RedisServerException refusal)
    {
        string text = refusal.Message;
        return text.Contains("WRONGTYPE", StringComparison.Ordinal)
            // What a script met inside. Before Redis 7 a server's own state was told in this form too.
            || (text.StartsWith("ERR ", StringComparison.Ordinal) && text.Contains("user_script", StringComparison.Ordinal)
                && !Array.Exists(OfTheServer, code => text.Contains(code, StringComparison.Ordinal)));
    }
}
