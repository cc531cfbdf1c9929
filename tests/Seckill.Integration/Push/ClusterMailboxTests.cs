using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Push;

/// <summary>Goal: a dead node of a Redis Cluster takes its own users' mailboxes along and no others'. Method: one append to users on all nodes, those of the dead one first and one call at a time.</summary>
public sealed class ClusterMailboxTests : IAsyncLifetime
{
    private const int Each = 4;

    private readonly TemporaryDirectory _directory = new();
    private readonly RedisCluster _cluster;

    public ClusterMailboxTests() => _cluster = new RedisCluster(folder => new() { Directory = _directory.Combine(folder) });

    public async ValueTask InitializeAsync() => await _cluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task NodeAway_TheOthersMailboxesAreWritten_AndTheRestOnceItIsBack()
    {
        using RedisConnection connection = new(_cluster.Endpoints, "tests");
        MailboxStore mailboxes = new(connection, Options.Create(new MailboxOptions { CallsInFlight = 1 }), TimeProvider.System);
        RedisServer doomed = _cluster.Nodes[^1];
        (List<UserId> gone, List<UserId> others) = await UsersAsync(doomed);
        MailboxMessage[] batch = [.. gone.Concat(others).Select(user => new MailboxMessage(user, "m0", PushTypes.OrderCreated, PushPriority.High, TimeSpan.FromHours(1), "{}"u8.ToArray()))];

        await doomed.KillAsync();
        // The client is finding out that the node is gone, and may refuse what has nothing to do with it: as its callers do, the same batch again.
        await Eventually.TrueAsync(async () =>
        {
            (await TryAppendAsync(mailboxes, batch)).ShouldBeFalse("the batch is not whole");
            return await HaveOneMessageAsync(mailboxes, others);
        });

        await _cluster.RestartAsync(doomed);
        await Eventually.TrueAsync(() => TryAppendAsync(mailboxes, batch));
        (await HaveOneMessageAsync(mailboxes, [.. gone, .. others])).ShouldBeTrue("once each, however often it was tried");
    }

    private async Task<(List<UserId> Gone, List<UserId> Others)> UsersAsync(RedisServer doomed)
    {
        List<UserId> gone = [], others = [];
        for (int i = 0; gone.Count < Each || others.Count < Each; i++)
        {
            UserId user = new($"user-{i}");
            (await _cluster.NodeOfAsync(new MailboxKeys(user).Mailbox!) == doomed ? gone : others).Add(user);
        }

        return (gone, others);
    }

    private static async Task<bool> TryAppendAsync(MailboxStore mailboxes, MailboxMessage[] batch)
    {
        try
        {
            await mailboxes.AppendAsync(batch);
            return true;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private static async Task<bool> HaveOneMessageAsync(MailboxStore mailboxes, List<UserId> users)
    {
        try
        {
            MailboxPage[] pages = await Task.WhenAll(users.Select(user => mailboxes.ReadAsync(user, MailboxPosition.Start)));
            return Array.TrueForAll(pages, page => page.Entries.Count == 1);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
