using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;

namespace Seckill.Benchmarks.Push;

/// <summary>One append to mailboxes on a real Redis that writes its file each second, by the number of messages in it; each message is another user's, and that user's first.</summary>
/// <remarks>A time is that of a whole append, with nothing else under way. How many go through in a second, with as many under way as senders have, is measured by <c>pipeline</c>.</remarks>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The clean-up that the benchmark runner calls disposes of them.")]
public class MailboxAppendBenchmarks
{
    private static readonly byte[] Payload =
        """{"orderId":"123456789012345678","saleId":"1","skuId":"phone","status":"pending-payment","price":199.90}"""u8.ToArray();

    private readonly TemporaryDirectory _directory = new();
    private RedisServer? _server;
    private RedisConnection? _redis;
    private MailboxStore? _mailboxes;
    private MailboxMessage[] _messages = [];
    private long _user;

    [Params(1, 64)]
    public int Batch { get; set; }

    // Blocks: run in the same process (--inProcess), the runner does not wait for a task here.
    [GlobalSetup]
    public void Start() => StartAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Stop() => StopAsync().GetAwaiter().GetResult();

    [Benchmark]
    public Task<IReadOnlyList<MailboxAppendResult>> AppendAsync()
    {
        for (int i = 0; i < _messages.Length; i++)
        {
            _user++;
            _messages[i] = new MailboxMessage(
                new UserId($"user-{_user}"), $"{_user}:order.created", PushTypes.OrderCreated, PushPriority.High, TimeSpan.FromHours(24), Payload);
        }

        return _mailboxes!.AppendAsync(_messages);
    }

    private async Task StartAsync()
    {
        _server = new RedisServer(new RedisServerOptions { Directory = _directory.Combine($"redis-{Batch}"), Persistence = RedisPersistence.EverySecond });
        await _server.StartAsync();
        _redis = new RedisConnection(_server.Endpoint, "bench");
        _mailboxes = new MailboxStore(_redis, Options.Create(new MailboxOptions()), TimeProvider.System);
        _messages = new MailboxMessage[Batch];
    }

    private async Task StopAsync()
    {
        _redis!.Dispose();
        await _server!.DisposeAsync();
        _directory.Dispose();
    }
}
