using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Ops.Connection;
using Seckill.Ops.Output;

namespace Seckill.Ops.Backup;

/// <summary><c>backup DIR</c>: Redis and MySQL at one consistent point, while the engine runs (docs/backup.md, ADR 31).</summary>
/// <remarks>Exit codes: 0 the backup is whole and on disk; 1 refused; 2 a server does not answer. The directory appears only when everything in it is written.</remarks>
internal static class BackupCommand
{
    public static Command Create(Option<DirectoryInfo> data)
    {
        Argument<DirectoryInfo> target = new("directory") { Description = "Where to; must not exist yet." };
        Option<double> pause = new("--max-pause") { Description = "Longest time, in seconds, for which Redis may take no writes (grabs wait), 0.1 to 30. From 2 on hosts take Redis for silent and refuse grabs until it is over.", DefaultValueFactory = _ => 1.5 };
        pause.Validators.Add(result =>
        {
            // From the text: asked for the number, the library throws when it is none.
            if (!double.TryParse(result.Tokens is [{ Value: { } text }] ? text : "1", CultureInfo.InvariantCulture, out double seconds) || seconds is not (>= 0.1 and <= 30))
            {
                result.AddError("--max-pause is 0.1 to 30 seconds.");
            }
        });
        Option<bool> json = new("--json") { Description = "Print the manifest as JSON." };
        Command command = new("backup", "Write Redis and MySQL at one consistent point into a directory, while the engine runs.") { target, ServerOptions.Redis, ServerOptions.MySql, pause, json };
        command.SetAction((arguments, stop) => RunAsync(
            arguments, arguments.GetRequiredValue(data), arguments.GetRequiredValue(target), TimeSpan.FromSeconds(arguments.GetValue(pause)), arguments.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, DirectoryInfo data, DirectoryInfo target, TimeSpan longestPause, bool json, CancellationToken stop)
    {
        using IHost host = OpsConnection.Open(
            data, ServerOptions.Named(arguments), [nameof(Connections.Redis), nameof(Connections.MySql)], (services, _) => services.AddDatabase());
        Connections servers = host.Services.GetRequiredService<IOptions<Connections>>().Value;
        using MySqlAccess access = new(servers.MySql);
        using BackupDirectory directory = BackupDirectory.Create(target.FullName);
        try
        {
            await BackedUpRedis.CheckAsync(servers.Redis, stop);
            (string mysqlVersion, int schema) = await ReadSchemaAsync(host.Services.GetRequiredService<SeckillDatabase>(), access.Address, stop);
            BackupManifest manifest = await WriteAsync(servers, access, directory.Path, longestPause, mysqlVersion, schema, stop);
            directory.Complete();
            Report(arguments.InvocationConfiguration.Output, manifest, target, json);
            return 0;
        }
        catch (IOException fault)
        {
            throw new OpsException($"The backup was broken off, and nothing of it is left: {fault.Message}", OpsException.ServerAway);
        }
    }

    private static async Task<BackupManifest> WriteAsync(
        Connections servers, MySqlAccess access, string directory, TimeSpan longestPause, string mysqlVersion, int schema, CancellationToken stop)
    {
        string redisVersion;
        await using (RespConnection asked = await RespConnection.OpenAsync(servers.Redis, stop))
        {
            string info = await asked.CallAsync(stop, "INFO", "server");
            redisVersion = info.Split('\n').FirstOrDefault(line => line.StartsWith("redis_version:", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
        }

        await using HashingFile rdb = new(directory, BackupManifest.RedisFile);
        await using HashingFile sql = new(directory, BackupManifest.MySqlFile);
        await using ConsistentCut cut = await ConsistentCut.TakeAsync(servers.Redis, access, longestPause, stop);
        await Task.WhenAll(cut.Redis.CopyToAsync(rdb, stop), cut.MySql.CopyToAsync(sql, stop));
        BackupManifest manifest = new(
            BackupManifest.CurrentFormat, cut.At, (long)cut.Paused.TotalMilliseconds, typeof(Connections).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            schema, cut.Keys, redisVersion, mysqlVersion, [rdb.Finish(), sql.Finish()]);
        await manifest.WriteAsync(directory, stop);
        return manifest;
    }

    private static async Task<(string Version, int Schema)> ReadSchemaAsync(SeckillDatabase database, string address, CancellationToken stop)
    {
        try
        {
            await using DbConnection connection = await database.OpenAsync(stop);
            if (await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'") == 0)
            {
                throw new OpsException($"The database at {address} has no schema of the engine's: there is nothing to back up.");
            }

            return (
                await connection.ExecuteScalarAsync<string>("SELECT VERSION()") ?? "unknown",
                await connection.ExecuteScalarAsync<int>("SELECT COALESCE(MAX(version), 0) FROM schema_migrations WHERE finished_at IS NOT NULL"));
        }
        catch (DbException away)
        {
            throw OpsException.OfMySql(address, away);
        }
    }

    private static void Report(TextWriter output, BackupManifest manifest, DirectoryInfo target, bool json)
    {
        if (json)
        {
            Printer.Json(output, manifest);
            return;
        }

        output.WriteLine($"{target.FullName}: Redis ({manifest.Keys} keys) and MySQL (schema {manifest.SchemaVersion}) as of {manifest.TakenAt:O}; Redis took no writes for {manifest.PausedMs} ms.");
        foreach (BackupFile file in manifest.Files)
        {
            output.WriteLine($"  {file.Name}  {file.Bytes} bytes  sha256 {file.Sha256}");
        }
    }
}
