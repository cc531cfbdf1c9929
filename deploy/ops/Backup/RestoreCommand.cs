using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Messaging;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Local.Servers;
using Seckill.Ops.Connection;
using Seckill.Ops.Output;
using StackExchange.Redis;

namespace Seckill.Ops.Backup;

/// <summary><c>restore DIR</c>: puts a backup into Redis and MySQL, so that the engine comes up by itself (docs/backup.md, ADR 31).</summary>
/// <remarks>Exit codes: 0 restored; 1 refused, and nothing was changed unless the message says so; 2 a server does not answer.</remarks>
internal static class RestoreCommand
{
    public static Command Create(Option<DirectoryInfo> data)
    {
        Argument<DirectoryInfo> source = new("directory") { Description = "A directory that 'backup' wrote." };
        Option<bool> overwrite = new("--overwrite") { Description = "Throw away what the servers hold now." };
        Option<bool> json = new("--json") { Description = "Print JSON." };
        Command command = new("restore", "Put a backup into Redis and MySQL. No host may run meanwhile; the servers must be empty, unless --overwrite.") { source, ServerOptions.Redis, ServerOptions.MySql, overwrite, json };
        command.SetAction((arguments, stop) => RunAsync(
            arguments, arguments.GetRequiredValue(data), arguments.GetRequiredValue(source), arguments.GetValue(overwrite), arguments.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, DirectoryInfo data, DirectoryInfo source, bool overwrite, bool json, CancellationToken stop)
    {
        BackupManifest manifest = await BackupManifest.ReadVerifiedAsync(source.FullName, stop);
        int known = Migration.LoadEmbedded()[^1].Version;
        if (manifest.SchemaVersion > known)
        {
            throw new OpsException($"The backup has schema {manifest.SchemaVersion}; this build knows {known}. Restore with the build that it was taken with, or a later one.");
        }

        using IHost host = OpsConnection.Open(data, ServerOptions.Named(arguments), [nameof(Connections.Redis), nameof(Connections.MySql)], (services, configuration) =>
            services.AddMessaging(configuration).AddStock(configuration).AddStockRecovery(configuration));
        Connections servers = host.Services.GetRequiredService<IOptions<Connections>>().Value;
        using MySqlAccess access = new(servers.MySql);
        RedisRestore redis = new(host.Services.GetRequiredService<RedisConnection>(), servers.Redis);
        MySqlRestore mysql = new(host.Services.GetRequiredService<SeckillDatabase>(), access);
        string half = string.Empty;
        try
        {
            await redis.CheckAsync(overwrite, stop);
            await mysql.CheckAsync(overwrite, stop);
            half = " What was restored so far is not whole: start no host, and run this again with --overwrite.";
            await mysql.LoadAsync(Path.Combine(source.FullName, BackupManifest.MySqlFile), stop);
            long keys = await redis.LoadAsync(Path.Combine(source.FullName, BackupManifest.RedisFile), stop);
            (int buckets, int promises) = await ActivatorUtilities.CreateInstance<RestoredPromises>(host.Services).LayDownAsync(stop);
            Report(arguments.InvocationConfiguration.Output, manifest, keys, buckets, promises, json);
            return 0;
        }
        catch (DbException fault)
        {
            throw OpsException.OfMySql(access.Address, fault, half);
        }
        catch (Exception fault) when (half.Length > 0 && fault is OpsException or ServerFailedException or IOException)
        {
            throw new OpsException(fault.Message + half);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or StockUnavailableException or IOException)
        {
            throw OpsException.Away("Redis", redis.Address, fault.Message + half);
        }
    }

    private static void Report(TextWriter output, BackupManifest manifest, long keys, int buckets, int promises, bool json)
    {
        // A minute earlier: the brokers' clocks and ours differ a little, and what is delivered twice does no harm.
        string since = manifest.TakenAt.AddMinutes(-1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        if (json)
        {
            Printer.Json(output, new { manifest.TakenAt, keys, fencedBuckets = buckets, promises, resetOffsetsTo = since });
            return;
        }

        output.WriteLine($"Restored as of {manifest.TakenAt:O}: {keys} keys, schema {manifest.SchemaVersion}.");
        output.WriteLine($"{buckets} stock buckets are closed until a Worker has rebuilt them; {promises} promises had no order row yet and will be claimed first.");
        output.WriteLine("Next:");
        output.WriteLine($"  1. If Kafka has survived, let the intake read again what was promised since: ./seckill kafka reset-offset seckill.order-intake --to {since} --yes");
        output.WriteLine("  2. Start Workers, Api and Hub. Sales open by themselves; for 15 s no order ids are made, since Redis may have forgotten who had which.");
        output.WriteLine("  3. ./seckill reconcile, once they have settled. Tokens revoked since the backup must be revoked again.");
    }
}
