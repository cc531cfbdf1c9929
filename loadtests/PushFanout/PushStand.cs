using Microsoft.Extensions.Options;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.LoadTests.Scenarios;
using Seckill.Local;
using Seckill.Local.Servers;
using Seckill.Local.Stack;

namespace Seckill.LoadTests.PushFanout;

/// <summary>A Redis of the run's own, and hubs and rivals as they are asked for: all in Production, all under the hub's runtime settings.</summary>
internal sealed class PushStand : IAsyncDisposable
{
    private const string HubProject = "Push.Hub";
    private static readonly TimeSpan MessageLife = TimeSpan.FromHours(1);

    private readonly TemporaryDirectory _directory;
    private readonly string _secret = StackEnvironment.NewSecret();
    private readonly LoadProgress _progress;
    private readonly RedisServer _redis;
    private readonly RedisConnection _connection;
    private readonly AccessTokens _tokens;
    private int _started;

    private PushStand(TemporaryDirectory directory, RedisServer redis, LoadProgress progress)
    {
        (_directory, _redis, _progress) = (directory, redis, progress);
        _connection = new RedisConnection(redis.Endpoint, "push-load");
        AuthOptions auth = new() { Issuer = StackEnvironment.Issuer, Audience = StackEnvironment.Audience };
        auth.Keys.Add(new SigningKey { Id = StackEnvironment.KeyId, Secret = _secret });
        _tokens = new AccessTokens(Options.Create(auth), TimeProvider.System);
        Mailboxes = new MailboxStore(_connection, Options.Create(new MailboxOptions()), TimeProvider.System);
    }

    public MailboxStore Mailboxes { get; }

    public ProcessUsage RedisUsage => ProcessUsage.Read(_redis.Pid);

    public static async Task<PushStand> StartAsync(LoadProgress progress, CancellationToken stop)
    {
        TemporaryDirectory directory = new();
        // As the local stack runs it, and as production should.
        RedisServer redis = new(new() { Directory = directory.Combine("redis"), Persistence = RedisPersistence.EverySecond });
        try
        {
            await redis.StartAsync(stop);
            return new PushStand(directory, redis, progress);
        }
        catch
        {
            await redis.DisposeAsync();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>A node of ours.</summary>
    /// <remarks>Without the rate at which it takes connections: how fast a crowd comes is the run's affair.</remarks>
    public Task<PushNode> StartHubAsync(CancellationToken stop) => StartAsync(
        "ours", HubProject, "/hubs/push", PushDialect.Mailbox, BackplaneChannels.Push, new Dictionary<string, string> { ["Seckill__HubConnections__AcceptPerSecond"] = "0" }, stop);

    /// <summary>A stock SignalR hub.</summary>
    public Task<PushNode> StartStockAsync(CancellationToken stop) => StartRivalAsync("stock", PushDialect.SignalR, stop);

    /// <summary>Kestrel's WebSockets.</summary>
    public Task<PushNode> StartRawAsync(CancellationToken stop) => StartRivalAsync("raw", PushDialect.Raw, stop);

    public string TokenFor(string user) => _tokens.Issue(new UserId(user), Roles.Buyer).Value;

    /// <summary>Says what is being done.</summary>
    public void Enter(string phase, int round, string what) => _progress.Enter($"{phase}, round {round}: {what}");

    /// <summary>Counts up to a total on the screen.</summary>
    public IProgress<int> Count(int total) => _progress.Count(total);

    /// <summary>Empties Redis: mailboxes of one phase must not weigh on the next.</summary>
    public Task FlushAsync() => _redis.SendAsync("FLUSHALL");

    /// <summary>Sends one message to everyone connected to the nodes of a hub.</summary>
    public Task SendAllAsync(BackplaneChannels channels, PushMark mark) => _connection.Database.PublishAsync(
        channels.All, BackplaneCodec.Encode(Envelope(BackplaneKind.SendAll, [], PushEnvelope.EncodeTransientBody(PushTypes.SaleStock, TimeProvider.System.GetUtcNow(), MessageLife, mark.ToPayload()))));

    /// <summary>Sends each user his message through the nodes' shared channel, past the mailboxes.</summary>
    /// <param name="channels">The nodes' channel.</param>
    /// <param name="messages">The messages, of one user in their order.</param>
    /// <param name="padding">Bytes more in each payload.</param>
    public Task SendUsersAsync(BackplaneChannels channels, IReadOnlyList<(FanoutClient To, PushMark Mark)> messages, int padding = 0) => Task.WhenAll(messages.Select(one => _connection.Database.PublishAsync(
        channels.All, BackplaneCodec.Encode(Envelope(BackplaneKind.SendUsers, [one.To.User], PushEnvelope.EncodeBody(MessageOf(one.To, one.Mark, padding), TimeProvider.System.GetUtcNow()))))));

    /// <summary>Appends each user's message to his mailbox; the mailbox wakes his node.</summary>
    public Task AppendAsync(IReadOnlyList<(FanoutClient To, PushMark Mark)> messages) => Mailboxes.AppendAsync([.. messages.Select(one => MessageOf(one.To, one.Mark))]);

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    private static MailboxMessage MessageOf(FanoutClient to, PushMark mark, int padding = 0) =>
        new(new UserId(to.User), $"{mark.Number}:{PushTypes.OrderCreated}", PushTypes.OrderCreated, PushPriority.High, MessageLife, mark.ToPayload(padding));

    private static BackplaneMessage Envelope(BackplaneKind kind, string[] users, byte[] body) =>
        new(kind, Origin: string.Empty, RequestId: 0, users, [], [new(PushFrame.Protocol, PushFrame.Encode(0, body))]);

    private Task<PushNode> StartRivalAsync(string design, PushDialect dialect, CancellationToken stop) => StartAsync(
        design, "Seckill.Rivals", $"/hubs/{design}", dialect, new BackplaneChannels(design), new Dictionary<string, string> { ["Rival__Design"] = design }, stop);

    private async Task<PushNode> StartAsync(
        string name, string project, string path, PushDialect dialect, BackplaneChannels channels, Dictionary<string, string> settings, CancellationToken stop)
    {
        Dictionary<string, string> environment = StackEnvironment.Create(_redis.Endpoint, kafka: "not-used:1", mySql: "Server=not-used", _secret, receiptKeyFile: "not-used", settings);
        environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        string process = $"{name}-{++_started}";
        ServiceProcess server = new(new() { Name = process, Project = project, RuntimeOf = HubProject, Directory = _directory.Combine(process), Environment = environment });
        await server.StartAsync(stop);
        return new PushNode(name, server, path, dialect, channels);
    }
}
