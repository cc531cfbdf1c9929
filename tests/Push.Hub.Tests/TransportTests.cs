using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Tests.Support;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Clients that cannot use WebSockets get the same: the backlog, what comes live, confirmations, and the rest after a reconnect.</summary>
public sealed class TransportTests(RedisFixture redis)
{
    [Theory]
    [InlineData(true, "longPolling")]
    [InlineData(false, "serverSentEvents")]
    public async Task WithoutWebSockets_ResumesReceivesAndConfirms(bool polling, string transport)
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:AckWriteInterval", "00:00:00.050"));
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 3));
        string epoch;
        await using (HttpHubClient client = await HttpHubClient.ConnectAsync(node, node.Token(user), polling))
        {
            await client.InvokeAsync("Resume", "", 0);
            await Eventually.TrueAsync(() => client.Ids.Count == 3, "the backlog");
            epoch = client.Envelopes[0].GetProperty("payload").GetProperty("epoch").GetString()!;
            await node.Mailboxes.AppendAsync(Messages.Series(user, 3, 2));
            await Eventually.TrueAsync(() => client.Ids.Count == 5, "live");
            client.Ids.ShouldBe(Messages.Ids(0, 5));
            await client.InvokeAsync("Ack", 5);
            RedisConnection connection = node.Services.GetRequiredService<RedisConnection>();
            await Eventually.TrueAsync(() => connection.Database.HashGet(new MailboxKeys(new UserId(user)).Mailbox, "acked") == 5, "confirmed");
        }

        await node.Mailboxes.AppendAsync(Messages.Series(user, 5, 2));
        await using HttpHubClient again = await HttpHubClient.ConnectAsync(node, node.Token(user), polling);
        await again.InvokeAsync("Resume", epoch, 5);
        await Eventually.TrueAsync(() => again.Ids.Count == 2, "the rest");

        again.Ids.ShouldBe(Messages.Ids(5, 2));
        again.Envelopes[0].GetProperty("payload").GetProperty("recovered").GetBoolean().ShouldBeTrue();
        counters["seckill.push.opened", transport].ShouldBe(2);
    }
}
