using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Redis;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Servers;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Push;

/// <summary>Real Redis and Kafka protocol, an Api's queue, and workers that deliver from it.</summary>
internal sealed class PushBench : IAsyncDisposable
{
    private static readonly UserId Boss = new("boss");

    private readonly TemporaryDirectory _directory = new();
    private readonly List<IHost> _workers = [];
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly ServiceProvider _services;
    private ConnectionMultiplexer? _ears;

    private PushBench(IReadOnlyDictionary<string, string?> settings)
    {
        _settings = settings;
        Redis = new RedisServer(new RedisServerOptions { Directory = _directory.Path, Persistence = RedisPersistence.None });
        Kafka = new KafkaMockCluster();
        _services = Shared().BuildServiceProvider();
    }

    public RedisServer Redis { get; }

    public KafkaMockCluster Kafka { get; }

    public PushQueue Queue => _services.GetRequiredService<PushQueue>();

    public KafkaProducer Producer => _services.GetRequiredService<KafkaProducer>();

    public MailboxStore Mailboxes => _services.GetRequiredService<MailboxStore>();

    public RedisConnection RedisClient => _services.GetRequiredService<RedisConnection>();

    /// <summary>Envelopes that were published live, in order, with when they came.</summary>
    public ConcurrentQueue<(BackplaneKind Kind, string? Group, JsonElement Envelope, long At)> Live { get; } = new();

    public static async Task<PushBench> StartAsync(params (string Key, string Value)[] settings)
    {
        PushBench bench = new(settings.ToDictionary(one => one.Key, one => (string?)one.Value));
        await bench.Redis.StartAsync();
        return bench;
    }

    /// <summary>Hears what the hub nodes would.</summary>
    public async Task ListenAsync()
    {
        _ears = await RedisConnection.OpenMultiplexerAsync(Redis.Endpoint, "ears", ordered: true);
        await _ears.GetSubscriber().SubscribeAsync(BackplaneChannels.Push.All, (_, bytes) =>
        {
            if (BackplaneCodec.TryDecode((byte[])bytes!, out BackplaneMessage? message) && message!.Payloads.Count > 0)
            {
                string frame = Encoding.UTF8.GetString(message.Payloads[0].Value.Span).TrimEnd('\u001e');
                JsonElement envelope = JsonElement.Parse(frame).GetProperty("arguments")[0][0];
                Live.Enqueue((message.Kind, message.Targets.Count > 0 ? message.Targets[0] : null, envelope, TimeProvider.System.GetTimestamp()));
            }
        });
        await Eventually.TrueAsync(async () => await RedisClient.RunAsync(db => db.PublishAsync(BackplaneChannels.Push.All, "?")) > 0);
    }

    /// <summary>Starts the loops of one worker.</summary>
    public async Task<IHost> StartWorkerAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        foreach (ServiceDescriptor service in Shared())
        {
            builder.Services.Add(service);
        }

        builder.Services.AddPushDelivery(Configuration());
        IHost host = builder.Build();
        await host.StartAsync();
        _workers.Add(host);
        return host;
    }

    /// <summary>Ends a worker; what it has not finished it leaves.</summary>
    public async Task StopAsync(IHost worker)
    {
        _workers.Remove(worker);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        await worker.StopAsync(limit.Token);
        worker.Dispose();
    }

    public static QueuedPush Notice(string id, PushReceiver to, DateTimeOffset? at = null, TimeSpan? ttl = null, string title = "Hello") => new(
        QueuedPush.IdPrefix + id, PushMessageTypes.Notice, to, PushPriority.Normal, ttl ?? TimeSpan.FromMinutes(10), at ?? TimeProvider.System.GetUtcNow(), Boss,
        JsonSerializer.SerializeToUtf8Bytes(new { severity = "info", title }));

    public static PushReceiver To(string user) => PushReceiver.Of(new UserId(user));

    /// <summary>Puts messages into Kafka as the Api does, but for as long as it takes.</summary>
    public Task SendAsync(params IEnumerable<QueuedPush> messages) => Producer.ProduceAsync([.. messages.Select(QueuedPushCodec.Encode)], TestContext.Current.CancellationToken);

    /// <summary>The ids in a user's mailbox, in order.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string user) => [.. (await EnvelopesAsync(user)).Select(one => one.GetProperty("id").GetString()!)];

    /// <summary>The messages in a user's mailbox, in order.</summary>
    public async Task<IReadOnlyList<JsonElement>> EnvelopesAsync(string user)
    {
        MailboxPage page = await Mailboxes.ReadAsync(new UserId(user), MailboxPosition.Start);
        return [.. page.Entries.Select(entry => JsonElement.Parse($"{{{Encoding.UTF8.GetString(entry.Body.Span)}"))];
    }

    /// <summary>Messages of the topic that a group has not finished.</summary>
    public long Lag(string group)
    {
        using IConsumer<byte[]?, byte[]> reader = _services.GetRequiredService<KafkaClients>().BuildReader("lag", group);
        TopicPartition[] partitions = [.. Enumerable.Range(0, KafkaTopics.Push.Partitions).Select(i => new TopicPartition(KafkaTopics.Push.Name, i))];
        return reader.Committed(partitions, TimeSpan.FromSeconds(10)).Sum(committed =>
            reader.QueryWatermarkOffsets(committed.TopicPartition, TimeSpan.FromSeconds(10)).High.Value - Math.Max(0, committed.Offset.Value));
    }

    /// <summary>What has been put aside.</summary>
    public IReadOnlyList<Message<byte[]?, byte[]>> Aside(KafkaTopic topic, int count)
    {
        using IConsumer<byte[]?, byte[]> reader = _services.GetRequiredService<KafkaClients>().BuildReader("aside", "aside");
        reader.Assign(Enumerable.Range(0, topic.Partitions).Select(i => new TopicPartitionOffset(topic.Name, i, Offset.Beginning)));
        List<Message<byte[]?, byte[]>> read = [];
        while (read.Count < count && reader.Consume(TimeSpan.FromSeconds(20)) is { } message)
        {
            read.Add(message.Message);
        }

        return read;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost worker in _workers.ToArray())
        {
            await StopAsync(worker);
        }

        _ears?.Dispose();
        await _services.DisposeAsync();
        await Redis.DisposeAsync();
        Kafka.Dispose();
        _directory.Dispose();
    }

    private IConfiguration Configuration() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(_settings)
    {
        ["Seckill:Redis"] = Redis.Endpoint,
        ["Seckill:Kafka"] = Kafka.BootstrapServers,
        ["Seckill:MySql"] = "-",
        // A worker that hangs in a test shall not keep it waiting.
        ["Seckill:Messaging:DelayedDrainMs"] = "100",
    }).Build();

    private ServiceCollection Shared()
    {
        ServiceCollection services = new();
        IConfiguration configuration = Configuration();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning));
        services.AddConnections(configuration).AddRedis("push-test").AddDatabase().AddPushSending(configuration).AddPushQueue(configuration);
        return services;
    }
}
