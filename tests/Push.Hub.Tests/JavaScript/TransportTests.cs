using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Local.Faults;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.JavaScript;

/// <summary>SignalR's official JavaScript client under ours, in Node.js, against a hub node and Redis, over each transport.</summary>
public sealed class TransportTests(RedisFixture redis)
{
    private readonly SaleId _sale = new(Random.Shared.NextInt64(1, long.MaxValue));

    /// <summary>Goal: what was sent before, during and after a cut arrives once and in order, and is confirmed. Method: a relay that is cut and leads nowhere for a while.</summary>
    [Theory]
    [InlineData("webSockets")]
    [InlineData("serverSentEvents")]
    [InlineData("longPolling")]
    public async Task Resumes_HearsLive_Confirms_AndContinuesAfterACut(string transport)
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:AckWriteInterval", "00:00:00.050"));
        await using TcpProxy network = new(node.Address.Port);
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 3));
        await node.Services.GetRequiredService<SaleBroadcaster>().PublishAsync(_sale, PushTypes.SaleState, "{\"state\":\"open\"}"u8.ToArray());

        await using HubClient client = HubClient.Start(new Uri($"http://{network.Endpoint}{PushHubRegistration.Path}"), node.Token(user), transport, _sale.ToString());
        await client.ShouldBecomeAsync("online");
        await client.ReceivedAsync(3);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 3, 1));
        await client.ReceivedAsync(4);
        await AcknowledgedAsync(node, user, 4);
        // Watched: the latest of each type comes at once, and so it does again after the cut.
        await client.ShouldTellAsync(PushTypes.SaleState, 1);

        network.Retarget(FreePorts.Next());
        network.Cut().ShouldBeGreaterThan(0);
        await client.ShouldBecomeAsync("reconnecting");
        await node.Mailboxes.AppendAsync(Messages.Series(user, 4, 3));
        network.Retarget(node.Address.Port);

        await client.ShouldBecomeAsync("online");
        await client.ReceivedAsync(7);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 7, 1));
        await AcknowledgedAsync(node, user, 8);
        await client.ShouldTellAsync(PushTypes.SaleState, 2);

        (await client.EndAsync()).ShouldBe(0);
        client.Ids.ShouldBe(Messages.Ids(0, 8));
        client.Statuses.ShouldBe(["connecting", "online", "reconnecting", "online", "closed"]);
        client.Told("gap").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("webSockets")]
    [InlineData("serverSentEvents")]
    [InlineData("longPolling")]
    public async Task Revoked_TheClientSaysSo_AndDoesNotComeBack(string transport)
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        string user = Messages.NewUser();
        await using HubClient client = HubClient.Start(node.Hub, node.Token(user), transport, _sale.ToString());
        await client.ShouldBecomeAsync("online");

        (await node.Services.GetRequiredService<RevocationStore>().RevokeAllAsync(new UserId(user))).ShouldBe(RevokeStatus.Revoked);

        await client.ShouldTellAsync("closed", 1);
        client.Told("closed").ShouldBe([PushCodes.TokenRevoked]);
        (await client.EndAsync()).ShouldBe(0);
        client.Statuses.ShouldBe(["connecting", "online", "closed"]);
    }

    /// <summary>Goal: a client that has forgotten everything goes on where its device stood, and another device has all of it. Method: the same device in a second process that keeps nothing.</summary>
    [Theory]
    [InlineData("webSockets")]
    [InlineData("serverSentEvents")]
    [InlineData("longPolling")]
    public async Task Device_GoesOnWhereItHadConfirmed_ThoughItsClientForgot(string transport)
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:AckWriteInterval", "00:00:00.050"));
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync(Messages.Series(user, 0, 3));
        await using (HubClient first = HubClient.Start(node.Hub, node.Token(user), transport, _sale.ToString(), "phone-1"))
        {
            await first.ReceivedAsync(3);
            await AcknowledgedAsync(node, user, 3);
            (await first.EndAsync()).ShouldBe(0);
        }

        await node.Mailboxes.AppendAsync(Messages.Series(user, 3, 2));

        await using HubClient again = HubClient.Start(node.Hub, node.Token(user), transport, _sale.ToString(), "phone-1");
        await using HubClient other = HubClient.Start(node.Hub, node.Token(user), transport, _sale.ToString(), "tablet");
        await Task.WhenAll(again.ReceivedAsync(2), other.ReceivedAsync(5));
        // What is confirmed is a number of the mailbox, so the client has taken afterSeq for its position and not 0.
        await AcknowledgedAsync(node, user, 5);
        await node.Mailboxes.AppendAsync(Messages.Series(user, 5, 1));
        await Task.WhenAll(again.ReceivedAsync(3), other.ReceivedAsync(6));
        await AcknowledgedAsync(node, user, 6);

        again.Ids.ShouldBe(Messages.Ids(3, 3));
        other.Ids.ShouldBe(Messages.Ids(0, 6));
        again.Told("gap").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("webSockets")]
    [InlineData("serverSentEvents")]
    [InlineData("longPolling")]
    public async Task SentAhead_IsToldOnce_BeforeTheNormalOnes(string transport)
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:Delivery:AckWriteInterval", "00:00:00.050"));
        string user = Messages.NewUser();
        await node.Mailboxes.AppendAsync(
        [
            Messages.To(user, "first", PushPriority.High), Messages.To(user, "m0"), Messages.To(user, "m1"),
            Messages.To(user, "order", PushPriority.High), Messages.To(user, "m2"), Messages.To(user, "payment", PushPriority.High),
        ]);

        await using HubClient client = HubClient.Start(node.Hub, node.Token(user), transport, _sale.ToString());
        await client.ReceivedAsync(6);
        await AcknowledgedAsync(node, user, 6);
        await node.Mailboxes.AppendAsync([Messages.To(user, "live", PushPriority.High)]);
        await client.ReceivedAsync(7);

        client.Ids.ShouldBe(["first", "order", "payment", "m0", "m1", "m2", "live"]);
        client.Told("ahead").ShouldBe(["order", "payment"]);
        client.Told("gap").ShouldBeEmpty();
    }

    private static async Task AcknowledgedAsync(HubNode node, string user, long seq)
    {
        RedisConnection connection = node.Services.GetRequiredService<RedisConnection>();
        long acked = 0;
        for (int tries = 0; acked != seq; tries++)
        {
            tries.ShouldBeLessThan(1_000, $"{acked} confirmed instead of {seq}");
            await Task.Delay(20);
            acked = (long)await connection.RunAsync(db => db.HashGetAsync(new MailboxKeys(new UserId(user)).Mailbox, "acked"));
        }
    }
}
