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
