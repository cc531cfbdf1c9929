using Microsoft.Extensions.Options;
using Push.Hub.Tests.Support;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using StackExchange.Redis;

namespace Push.Hub.Tests.Faults;

/// <summary>Appends messages to the mailboxes of some users, each in order, until Redis says that it has them; keeps what it said.</summary>
/// <remarks>One caller. Mailboxes are as large as they may be: no message goes for want of room, so that whatever is missing was lost.</remarks>
public sealed class MessageFlow : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RedisConnection _redis;
    private readonly MailboxStore _mailboxes;
    private readonly Dictionary<string, List<AppendedMessage>> _appended;
    private int _rounds;

    public MessageFlow(string redis, IReadOnlyList<string> users)
    {
        _redis = new RedisConnection(redis, "flow");
        MailboxOptions options = new() { MaxMessages = 10_000, MaxBytes = 16 * 1024 * 1024, MaxIds = 20_000 };
        _mailboxes = new MailboxStore(_redis, Options.Create(options), TimeProvider.System);
        _appended = users.ToDictionary(user => user, _ => new List<AppendedMessage>());
    }

    /// <summary>What a user's mailbox has taken, in order.</summary>
    public IReadOnlyList<AppendedMessage> Of(string user) => _appended[user];

    /// <summary>One more message to each user, as often as said.</summary>
    public async Task SendAsync(int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            int round = _rounds++;
            foreach ((string user, AppendedMessage message) in await AppendAsync($"m{round}"))
            {
                _appended[user].Add(message);
            }
        }
    }

    public void Dispose() => _redis.Dispose();

    // A failure means unknown: the same ids again.
    private async Task<IEnumerable<(string User, AppendedMessage Message)>> AppendAsync(string id)
    {
        string[] users = [.. _appended.Keys];
        MailboxMessage[] messages = Array.ConvertAll(users, user => Messages.To(user, id));
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                IReadOnlyList<MailboxAppendResult> results = await _mailboxes.AppendAsync(messages);
                return users.Zip(results, (user, result) => (user, new AppendedMessage(id, result.Position)));
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Patience, fault.Message);
                await Task.Delay(20);
            }
        }
    }
}
