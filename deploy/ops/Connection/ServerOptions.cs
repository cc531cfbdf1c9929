using System.CommandLine;

namespace Seckill.Ops.Connection;

/// <summary>The options that name servers. What is not named comes from the environment (<c>SECKILL__REDIS</c>, …), else from the local stack of this clone.</summary>
internal static class ServerOptions
{
    public static readonly Option<string?> Redis = new("--redis") { Description = "Redis, host:port[,password=…][,ssl=true]. Default: SECKILL__REDIS, else the local stack's." };
    public static readonly Option<string?> Kafka = new("--kafka") { Description = "Kafka, host:port,host:port. Default: SECKILL__KAFKA, else the local stack's.", Recursive = true };
    public static readonly Option<string?> MySql = new("--mysql") { Description = "MySQL or MariaDB, an ADO.NET connection string. Default: SECKILL__MYSQL, else the local stack's." };

    /// <summary>What the command line names, as configuration.</summary>
    public static Dictionary<string, string?> Named(ParseResult arguments)
    {
        Dictionary<string, string?> named = [];
        foreach ((string key, Option<string?> option) in (ReadOnlySpan<(string, Option<string?>)>)[("Seckill:Redis", Redis), ("Seckill:Kafka", Kafka), ("Seckill:MySql", MySql)])
        {
            if (arguments.GetResult(option) is not null && arguments.GetValue(option) is { Length: > 0 } value)
            {
                named[key] = value;
            }
        }

        return named;
    }
}
