using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Push.Hub.Tests.Support;

/// <summary>Things done to Redis behind the engine's back.</summary>
public static class RedisAdmin
{
    public static async Task DeleteMailboxAsync(RedisFixture redis, string user)
    {
        MailboxKeys keys = new(new UserId(user));
        using RedisConnection connection = new(redis.Server.Endpoint, "tests");
        await connection.RunAsync(db => db.KeyDeleteAsync([keys.Mailbox]));
    }

    /// <summary>Puts a text where the mailbox was: nothing can be read there.</summary>
    public static async Task BreakMailboxAsync(RedisFixture redis, string user)
    {
        using RedisConnection connection = new(redis.Server.Endpoint, "tests");
        await connection.RunAsync(db => db.StringSetAsync(new MailboxKeys(new UserId(user)).Mailbox, "no mailbox"));
    }

    /// <summary>Appenders no longer know which nodes have the user, and wake none.</summary>
    public static async Task ForgetLeasesAsync(RedisFixture redis, string user)
    {
        using RedisConnection connection = new(redis.Server.Endpoint, "tests");
        await connection.RunAsync(db => db.KeyDeleteAsync(new MailboxKeys(new UserId(user)).Nodes));
    }

    /// <summary>Cuts every subscriber off; returns how many there were.</summary>
    public static async Task<int> KillSubscribersAsync(RedisFixture redis)
    {
        using RedisConnection connection = new(redis.Server.Endpoint, "tests");
        RedisResult killed = await connection.RunAsync(db => db.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub"));
        return (int)killed;
    }
}
