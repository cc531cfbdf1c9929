using System.Security.Cryptography;
using Seckill.Core.Redis;
using Seckill.Local.Servers;
using StackExchange.Redis;

namespace Seckill.Integration.Deploy;

/// <summary>A redis-server that <c>deploy/redis/start.sh</c> starts, with a free port and a directory of its own.</summary>
internal sealed class ConfiguredRedis(string role, string directory, params string[] arguments) : ManagedServer("redis", directory, port: null)
{
    public static readonly string Password = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string ConnectionString => $"{Endpoint},password={Password},allowAdmin=true";

    public Task<ConnectionMultiplexer> ConnectAsync() => RedisConnection.OpenMultiplexerAsync(ConnectionString, "test", ordered: false);

    protected override Task PrepareAsync(CancellationToken stop) => File.WriteAllTextAsync(PasswordFile, Password + "\n", stop);

    protected override IReadOnlyList<string> Command() =>
    [
        "sh", DeployFolder.PathOf("redis", "start.sh"), role,
        "--port", $"{Port}",
        "--bind", "127.0.0.1",
        "--dir", Directory,
        .. arguments,
    ];

    protected override IReadOnlyDictionary<string, string> Environment() => new Dictionary<string, string> { ["REDIS_PASSWORD_FILE"] = PasswordFile, ["TMPDIR"] = Directory };

    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using ConnectionMultiplexer connection = await ConnectAsync();
            await connection.GetDatabase().PingAsync().WaitAsync(stop);
            return true;
        }
        catch (RedisException)
        {
            return false;
        }
    }

    private string PasswordFile => Path.Combine(Directory, "password");
}
