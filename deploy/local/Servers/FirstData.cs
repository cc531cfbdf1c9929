using Seckill.Core.Redis;
using Seckill.Local.Processes;
using StackExchange.Redis;

namespace Seckill.Local.Servers;

/// <summary>Says of servers that have just been made that their data is the first that the system ever had, see <see cref="DataSetBirth.DeclareFirstAsync"/>.</summary>
internal static class FirstData
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="endpoints">As a client's connection string has them.</param>
    /// <exception cref="TimeoutException">Nobody took it.</exception>
    public static async Task DeclareAsync(string endpoints)
    {
        using RedisConnection connection = new(endpoints, "seckill-local");
        if (!await Deadline.PollAsync(Patience, _ => TryDeclareAsync(connection)))
        {
            throw new TimeoutException($"Redis on {endpoints} has not taken one command within {Patience.TotalSeconds:0} s.");
        }
    }

    // On a machine that is busy starting everything at once the first call may be late, or lost.
    private static async Task<bool> TryDeclareAsync(RedisConnection connection)
    {
        try
        {
            await DataSetBirth.DeclareFirstAsync(connection);
            return true;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
