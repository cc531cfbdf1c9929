using System.Globalization;
using Seckill.Core.Redis;
using Seckill.Local.Processes;
using StackExchange.Redis;

namespace Seckill.Local.Stack;

/// <summary>Waits until the Worker has consumed what is in Kafka.</summary>
internal static class PipelineDrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads the Worker's own measurement, hash <c>seckill:pipeline</c>, written once a second.</summary>
    /// <returns>False when the lag was not nought in time, or could not be read.</returns>
    public static async Task<bool> WaitAsync(string redisConnection)
    {
        try
        {
            using ConnectionMultiplexer multiplexer = RedisConnection.OpenMultiplexer(redisConnection, "seckill-local", ordered: false);
            IDatabase db = multiplexer.GetDatabase();
            string? first = null;
            return await Deadline.PollAsync(Patience, async stop =>
            {
                RedisValue[] values = await db.HashGetAsync("seckill:pipeline", ["consumerLag", "measuredAtMs"]).WaitAsync(RedisConnection.CommandTimeout, stop);
                (string? lag, string? measuredAt) = (values[0], values[1]);
                first ??= measuredAt;
                // Two measurements later: the first may be older than the last grab, and the relay may have produced after the second.
                return measuredAt is null || (lag == "0" && Milliseconds(measuredAt) - Milliseconds(first!) >= 1_500);
            });
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private static long Milliseconds(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out long value) ? value : 0;
}
