using Microsoft.Extensions.Configuration;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Ops.Backup;
using Seckill.Ops.Connection;
using StackExchange.Redis;

namespace Seckill.Ops.Doctor;

/// <summary>What Redis must be set to: see docs/redis-durability.md.</summary>
internal sealed class RedisChecks(RedisConnection redis, IConfiguration configuration)
{
    private const string Area = "redis";

    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(5);
    private static readonly Version Oldest = new(6, 2);
    private static readonly Version Tried = new(7, 0);

    /// <summary>All of them; one only when it does not answer.</summary>
    /// <param name="connectionString">As for the engine; only its first member, the address, is shown.</param>
    public async Task<IReadOnlyList<Finding>> RunAsync(string connectionString)
    {
        string address = connectionString.Split(',')[0];
        try
        {
            long started = TimeProvider.System.GetTimestamp();
            while (!redis.IsConnected && TimeProvider.System.GetElapsedTime(started) < ConnectDeadline)
            {
                await Task.Delay(20);
            }

            return await LookAsync(address);
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            return [new Finding(Area, "answers", Verdict.Wrong, $"{address}: {await WhyAsync(connectionString) ?? away.Message.Split('\n')[0]}", "start Redis, or correct SECKILL__REDIS (host:port[,password=…][,ssl=true]) and what stands between")];
        }
    }

    // A plain connection says why in one sentence, where the client library speaks of its buffers. Null when it finds nothing amiss, or there are several servers to ask.
    private static async Task<string?> WhyAsync(string connectionString)
    {
        if (RedisTls.Parse(connectionString, out _).EndPoints.Count > 1)
        {
            return null;
        }

        try
        {
            await using RespConnection plain = await RespConnection.OpenAsync(connectionString, CancellationToken.None);
            await plain.CallAsync(CancellationToken.None, "PING");
            return null;
        }
        catch (OpsException fault)
        {
            return fault.Message;
        }
        catch (IOException fault)
        {
            return fault.Message;
        }
    }

    private async Task<IReadOnlyList<Finding>> LookAsync(string address)
    {
        Dictionary<string, string> info = await InfoAsync();
        List<Finding> findings = [new(Area, "answers", Verdict.Ok, address), VersionOf(info)];
        if (info.GetValueOrDefault("cluster_enabled") == "1")
        {
            findings.Add(new Finding(
                Area, "cluster", Verdict.NotLooked, "a node of a Redis Cluster: the others were not looked at", "run it for each node alone (--redis NODE:PORT); 'backup' and 'restore' do not know clusters (docs/backup.md)"));
        }

        string role = info.GetValueOrDefault("role", "unknown");
        findings.Add(Finding.Of(Area, "role", role == "master", Verdict.Wrong, role, "name the primary in SECKILL__REDIS: a replica takes no writes"));
        string replicas = info.GetValueOrDefault("connected_slaves", "0");
        findings.Add(Finding.Of(Area, "replicas", replicas != "0", Verdict.Warning, replicas, "attach a replica: when the primary's machine is lost, the stock is rebuilt from orders, but mailboxes and waiting rooms are gone"));
        findings.Add(Finding.Of(
            Area, "evictions", info.GetValueOrDefault("evicted_keys", "0") == "0", Verdict.Wrong, $"{info.GetValueOrDefault("evicted_keys", "0")} keys evicted since its start", "maxmemory-policy noeviction and more memory, then ./seckill reconcile"));
        findings.Add(Finding.Of(
            Area, "writes to its disk", info.GetValueOrDefault("aof_last_write_status", "ok") == "ok" && info.GetValueOrDefault("rdb_last_bgsave_status", "ok") == "ok", Verdict.Wrong,
            $"append-only file: {info.GetValueOrDefault("aof_last_write_status", "ok")}, last snapshot: {info.GetValueOrDefault("rdb_last_bgsave_status", "ok")}", "Redis's log says why; most often the disk is full"));
        findings.Add(Memory(info));
        findings.AddRange(await SettingsAsync());
        return findings;
    }

    private static Finding VersionOf(Dictionary<string, string> info)
    {
        string text = info.GetValueOrDefault("redis_version", "unknown");
        return !Version.TryParse(text, out Version? version)
            ? new Finding(Area, "version", Verdict.NotLooked, text)
            : new Finding(Area, "version", version < Oldest ? Verdict.Wrong : version < Tried ? Verdict.Warning : Verdict.Ok, text, version < Tried ? "Redis 7: it is what the engine is tested with; below 6.2 no backup can be taken" : string.Empty);
    }

    private static Finding Memory(Dictionary<string, string> info)
    {
        _ = long.TryParse(info.GetValueOrDefault("maxmemory"), out long most);
        _ = long.TryParse(info.GetValueOrDefault("used_memory"), out long used);
        string seen = most == 0 ? $"{used / 1_048_576} MiB, no bound" : $"{used / 1_048_576} of {most / 1_048_576} MiB";
        return Finding.Of(Area, "memory", most == 0 || used < most * 0.8, Verdict.Warning, seen, "raise maxmemory before the sale: full, Redis refuses every grab (503)");
    }

    private async Task<IEnumerable<Finding>> SettingsAsync()
    {
        StockOptions options = new();
        try
        {
            configuration.GetSection(StockOptions.Section).Bind(options);
        }
        catch (InvalidOperationException)
        {
            // The checks of the configuration say so.
        }

        try
        {
            IReadOnlyList<string> faults = (await RedisSettingsCheck.ReadAsync(redis)).FaultsFor(options);
            return faults.Count == 0
                ? [new Finding(Area, "settings", Verdict.Ok, $"keep what Seckill:Stock:Durability {options.Durability} promises")]
                : faults.Select(fault => fault.Split("; set ", 2) is [var seen, var fix]
                    ? new Finding(Area, "settings", Verdict.Wrong, seen, $"set {fix}")
                    : new Finding(Area, "settings", Verdict.Wrong, fault, "see docs/redis-durability.md"));
        }
        catch (RedisServerException refused)
        {
            return [new Finding(Area, "settings", Verdict.NotLooked, refused.Message, "the server does not allow CONFIG; hold maxmemory-policy, appendonly and appendfsync against docs/redis-durability.md by hand")];
        }
    }

    private async Task<Dictionary<string, string>> InfoAsync()
    {
        string text = (string)(await redis.RunAsync(db => db.ExecuteAsync("INFO")))!;
        return text.Split('\n').Select(line => line.Trim().Split(':', 2)).Where(parts => parts.Length == 2).GroupBy(parts => parts[0]).ToDictionary(group => group.Key, group => group.First()[1]);
    }
}
