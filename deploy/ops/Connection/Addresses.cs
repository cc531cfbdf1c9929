using System.Data.Common;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Redis;

namespace Seckill.Ops.Connection;

/// <summary>Says in a sentence what is wrong with a connection string. The client libraries throw in the middle of other work, and each something else.</summary>
internal static class Addresses
{
    /// <summary>What is wrong, or null.</summary>
    public static string? FaultOfRedis(string connectionString)
    {
        try
        {
            return RedisTls.Parse(connectionString, out _).EndPoints.Count > 0 ? null : "it names no server";
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return fault.Message;
        }
    }

    /// <summary>What is wrong, or null. The driver is asked as well: it may not be able to do what is asked of it.</summary>
    public static string? FaultOfMySql(Connections servers)
    {
        try
        {
            _ = new DbConnectionStringBuilder { ConnectionString = servers.MySql };
            _ = new SeckillDatabase(Options.Create(servers));
            return null;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            return fault.Message;
        }
    }

    /// <summary>Throws when one that is given cannot be used.</summary>
    /// <exception cref="OpsException">It says which.</exception>
    public static void Check(Connections servers)
    {
        if (servers.Redis.Length > 0 && FaultOfRedis(servers.Redis) is { } redis)
        {
            throw new OpsException($"The address of Redis cannot be used: {redis}");
        }

        if (servers.MySql.Length > 0 && FaultOfMySql(servers) is { } mysql)
        {
            throw new OpsException($"The connection string to MySQL cannot be used: {mysql}");
        }
    }
}
