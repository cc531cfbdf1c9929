using System.Data.Common;
using System.IO.Pipes;
using Dapper;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Seckill.Ops.Backup;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary>A backup that is not finished, for whatever reason: no directory is left that looks whole, and none of its temporary files, unless it was killed; then the next one clears them away.</summary>
public sealed class BackupBrokenOffTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisServer _redis;
    private MariaDbServer _mariaDb = null!;

    public BackupBrokenOffTests() => _redis = new RedisServer(new() { Directory = _directory.Combine("redis") });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Target => _directory.Combine("backup");

    private string Partial => $"{Target}.partial";

    private string[] Arguments => ["backup", Target, "--redis", _redis.Endpoint, "--mysql", _mariaDb.ConnectionString, "--max-pause", "25"];

    public async ValueTask InitializeAsync()
    {
        _mariaDb = new MariaDbServer(new() { Directory = _directory.Combine("mariadb"), TemplateDirectory = await MigratedTemplate.DirectoryAsync() });
        await Task.WhenAll(_redis.StartAsync(Stop), _mariaDb.StartAsync(Stop));
    }

    public async ValueTask DisposeAsync()
    {
        await _mariaDb.DisposeAsync();
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task KilledInTheMiddle_LeavesNothingThatPassesForABackup_AndTheNextOneClearsItAway()
    {
        await using (DbConnection holder = await HoldUpDumpAsync())
        {
            using OpsProcess killed = await OpsProcess.StartAsync(_directory.Path, Arguments);
            await Pipeline.EventuallyAsync(() => Task.FromResult(File.Exists(Path.Combine(Partial, BackupManifest.MySqlFile))), "a backup that has begun", () => Task.FromResult(killed.Output));

            OpsRun second = await BackUpAsync();
            (second.Exit, second.Output).ShouldBe((1, $"Another process is writing a backup to {Target}. Nothing was changed."));

            killed.Send(Signals.Kill);
            await killed.EndAsync();
        }

        await _redis.SendAsync("CLIENT", "UNPAUSE");
        Directory.Exists(Target).ShouldBeFalse();
        OpsRun restore = await OpsRun.OfAsync(RestoreCommand.Create, _directory.Path, Partial, "--redis", _redis.Endpoint, "--mysql", _mariaDb.ConnectionString, "--overwrite");
        (restore.Exit, restore.Output.Contains("is no backup", StringComparison.Ordinal)).ShouldBe((1, true), restore.Output);

        OpsRun next = await BackUpAsync();
        next.Exit.ShouldBe(0, next.Output);
        Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName).ShouldBe(["manifest.json", BackupManifest.MySqlFile, BackupManifest.RedisFile], ignoreOrder: true);
        Directory.Exists(Partial).ShouldBeFalse();
#pragma warning disable CA1416 // Linux only, like the commands.
        File.GetUnixFileMode(Target).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, "it holds personal data");
#pragma warning restore CA1416
    }

    [Fact]
    public async Task ToldToEnd_ClearsAwayAfterItself_AndLetsRedisGoOn()
    {
        // The table stays locked: neither a dump that waits nor a pause that is not over may keep it.
        await using DbConnection holder = await HoldUpDumpAsync();
        using OpsProcess ended = await OpsProcess.StartAsync(_directory.Path, Arguments);
        await Pipeline.EventuallyAsync(() => Task.FromResult(File.Exists(Path.Combine(Partial, BackupManifest.MySqlFile))), "a backup that has begun", () => Task.FromResult(ended.Output));
        await Pipeline.EventuallyAsync(async () => (await _redis.SendAsync("INFO", "commandstats")).Contains("cmdstat_client|pause", StringComparison.Ordinal), "Redis to stand still");

        ended.Send(Signals.Terminate);

        (await ended.EndAsync()).ShouldBe(130, ended.Output);
        (await _redis.SendAsync("INFO", "commandstats")).ShouldContain("cmdstat_client|unpause");
        ended.Output.ShouldBe("✗ Broken off.\n");
        Directory.EnumerateDirectories(_directory.Path, "backup*").ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(ended.Temporary).ShouldBeEmpty("a file with the database's password, for one");
    }

    [Fact]
    public async Task DumpThatDoesNotBegin_GivesUpAfterItsAttempts_AndNothingIsLeft()
    {
        await using DbConnection holder = await OpenAsync();
        string first = (await holder.ExecuteScalarAsync<string>("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name LIMIT 1"))!;
        await holder.ExecuteAsync($"LOCK TABLES `{first}` WRITE");

        OpsRun run = await OpsRun.OfAsync(BackupCommand.Create, _directory.Path, [.. Arguments[1..^2], "--max-pause", "0.5"]);

        run.Exit.ShouldBe(1, run.Output);
        run.Output.ShouldContain("in 5 attempts");
        run.Output.ShouldContain("--max-pause");
        Directory.EnumerateDirectories(_directory.Path, "backup*").ShouldBeEmpty();
    }

    [Fact]
    public async Task DumpThatFallsSilent_IsGivenUp()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        using AnonymousPipeClientStream silent = new(PipeDirection.In, writer.ClientSafePipeHandle);

        IOException fault = await Should.ThrowAsync<IOException>(new DumpReader(silent, TimeSpan.FromMilliseconds(50)).CopyToAsync(Stream.Null, Stop));

        fault.Message.ShouldContain("lock");
        writer.WriteByte(0); // Lets the read that was left alone end.
    }

    [Fact]
    public async Task DumpThatFailsInTheMiddle_IsSaidWithItsReason_AndNothingIsLeft()
    {
        await using (DbConnection connection = await OpenAsync())
        {
            await connection.ExecuteAsync("CREATE TABLE zz_gone (a INT); CREATE VIEW zz_broken AS SELECT a FROM zz_gone; DROP TABLE zz_gone;");
        }

        OpsRun run = await BackUpAsync();

        run.Exit.ShouldBe(1, run.Output);
        run.Output.ShouldContain("zz_broken");
        run.Output.ShouldContain("nothing of the backup is left");
        Directory.EnumerateDirectories(_directory.Path, "backup*").ShouldBeEmpty();
    }

    [Fact]
    public async Task DiskThatIsFull_IsSaid_AndNothingIsLeft()
    {
        // No file may grow beyond 1 KB; writing more fails as on a full disk. The runtime's own mapped memory would count as such a file.
        using OpsProcess run = await OpsProcess.StartAsync(
            _directory.Path, Arguments, new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }, shell: "trap '' XFSZ; ulimit -f 1");

        int exit = await run.EndAsync();

        exit.ShouldBe(1, run.Output);
        run.Output.ShouldContain("cannot be written, and nothing of the backup is left");
        Directory.EnumerateDirectories(_directory.Path, "backup*").ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(run.Temporary).ShouldBeEmpty();
    }

    // The dump waits for the table, and the backup with it, until the connection is closed.
    private async Task<DbConnection> HoldUpDumpAsync()
    {
        DbConnection holder = await OpenAsync();
        await holder.ExecuteAsync("LOCK TABLES sales WRITE");
        return holder;
    }

    private Task<DbConnection> OpenAsync() => new SeckillDatabase(Options.Create(new Connections { MySql = $"{_mariaDb.ConnectionString};Pooling=false", Redis = "-", Kafka = "-" })).OpenAsync(Stop);

    private Task<OpsRun> BackUpAsync() => OpsRun.OfAsync(BackupCommand.Create, _directory.Path, Arguments[1..]);
}
