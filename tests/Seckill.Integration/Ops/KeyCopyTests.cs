using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Seckill.Core.Redis;
using Seckill.Integration.Grab;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Servers;
using Seckill.Ops.Backup;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary>Restored keys keep the time that they have left: one that should have gone must not live for ever, be it a ban, a waiting room's place or a testimony.</summary>
public sealed class KeyCopyTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisServer _sourceServer;
    private readonly RedisServer _targetServer;
    private RedisConnection _source = null!;
    private RedisConnection _target = null!;

    public KeyCopyTests() => (_sourceServer, _targetServer) = (new RedisServer(new() { Directory = _directory.Combine("source") }), new RedisServer(new() { Directory = _directory.Combine("target") }));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_sourceServer.StartAsync(Stop), _targetServer.StartAsync(Stop));
        (_source, _target) = (new RedisConnection(_sourceServer.Endpoint, "test"), new RedisConnection(_targetServer.Endpoint, "test"));
        await Eventually.TrueAsync(() => _source.IsConnected && _target.IsConnected);
    }

    public async ValueTask DisposeAsync()
    {
        _source.Dispose();
        _target.Dispose();
        await _sourceServer.DisposeAsync();
        await _targetServer.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task KeyWhoseTimeIsUpBetweenTheTwoQuestions_DoesNotLiveForEver()
    {
        await _source.Database.StringSetAsync("k", "v", TimeSpan.FromHours(1));
        // Whichever is asked first, the key is gone before the second.
        IDatabase source = Tampered.With(_source.Database, after: async answered =>
        {
            if (answered == 1)
            {
                await _source.Database.KeyDeleteAsync("k");
            }
        });

        (await KeyCopy.CopyAsync(source, _target.Database, "k")).ShouldBeFalse();

        (await _target.Database.KeyExistsAsync("k")).ShouldBeFalse();
    }

    [Fact]
    public async Task KeyInItsLastMillisecond_IsNotTakenForOneWithoutAnEnd()
    {
        await _source.Database.StringSetAsync("k", "v", TimeSpan.FromHours(1));
        IDatabase source = Tampered.With(_source.Database, life: TimeSpan.Zero);

        (await KeyCopy.CopyAsync(source, _target.Database, "k")).ShouldBeTrue();

        await Eventually.TrueAsync(async () => !await _target.Database.KeyExistsAsync("k"));
    }

    [Fact]
    public async Task BackedUpAndRestored_EachKeyHasTheTimeThatItHadLeft()
    {
        await using MariaDbServer mariaDb = new(new() { Directory = _directory.Combine("mariadb"), TemplateDirectory = await MigratedTemplate.DirectoryAsync() });
        await mariaDb.StartAsync(Stop);
        IDatabase from = _source.Database;
        await from.StringSetAsync("string", "v", TimeSpan.FromHours(2));
        await from.HashSetAsync("hash", "f", "v");
        await from.KeyExpireAsync("hash", TimeSpan.FromMinutes(10));
        await from.ExecuteAsync("XADD", "stream", "*", "f", "v");
        await from.SortedSetAddAsync("set", "m", 1.5);
        await from.StringSetAsync("short", "v", TimeSpan.FromSeconds(2));
        Dictionary<string, DateTime?> ends = [];
        foreach (string key in (string[])["string", "hash", "stream", "set"])
        {
            ends[key] = await EndAsync(from, key);
        }

        string backup = _directory.Combine("backup");
        OpsRun taken = await OpsRun.OfAsync(BackupCommand.Create, _directory.Path, backup, "--redis", _sourceServer.Endpoint, "--mysql", mariaDb.ConnectionString, "--max-pause", "20");
        taken.Exit.ShouldBe(0, taken.Output);
        // Its time runs out while the backup lies there.
        await Eventually.TrueAsync(async () => !await from.KeyExistsAsync("short"));

        OpsRun restored = await OpsRun.OfAsync(RestoreCommand.Create, _directory.Path, backup, "--redis", _targetServer.Endpoint, "--mysql", mariaDb.ConnectionString, "--overwrite");

        restored.Exit.ShouldBe(0, restored.Output);
        foreach ((string key, DateTime? end) in ends)
        {
            DateTime? found = await EndAsync(_target.Database, key);
            found.HasValue.ShouldBe(end.HasValue, key);
            if (end is { } expected)
            {
                // A minute: a copy that waits for its turn takes as much longer as it waits.
                found!.Value.ShouldBe(expected, TimeSpan.FromMinutes(1), key);
            }
        }

        (await _target.Database.KeyExistsAsync("short")).ShouldBeFalse();
    }

    private static async Task<DateTime?> EndAsync(IDatabase db, string key)
    {
        (await db.KeyExistsAsync(key)).ShouldBeTrue(key);
        return await db.KeyTimeToLiveAsync(key) is { } left ? TimeProvider.System.GetUtcNow().UtcDateTime + left : null;
    }

    /// <summary>A source of keys that answers as the server does, but something happens after an answer, or a key's time is told otherwise.</summary>
    [SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The runtime derives the proxy from it.")]
    private class Tampered : DispatchProxy
    {
        private IDatabase _inner = null!;
        private Func<int, Task>? _after;
        private TimeSpan? _life;
        private int _answered;

        public static IDatabase With(IDatabase inner, Func<int, Task>? after = null, TimeSpan? life = null)
        {
            IDatabase proxy = Create<IDatabase, Tampered>();
            Tampered tampered = (Tampered)(object)proxy;
            (tampered._inner, tampered._after, tampered._life) = (inner, after, life);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Invoke(_inner, args) switch
        {
            Task<TimeSpan?> when _life is { } told => Task.FromResult<TimeSpan?>(told),
            Task<TimeSpan?> life => AnswerAsync(life),
            Task<byte[]?> value => AnswerAsync(value),
            var other => other,
        };

        private async Task<T> AnswerAsync<T>(Task<T> answer)
        {
            T value = await answer;
            await (_after?.Invoke(++_answered) ?? Task.CompletedTask);
            return value;
        }
    }
}
