using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Push.Hub.Connections;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>A node that stops sends its clients elsewhere, one after another, and nobody misses anything.</summary>
public sealed class DrainTests(RedisFixture redis)
{
    [Fact]
    public async Task NodeStopsUnderLoad_ClientsResumeOnTheOther_NothingLostNothingTwice()
    {
        const int Clients = 12;
        using HubCounters counters = new();
        await using HubNode going = await HubNode.StartAsync(redis, ("Seckill:HubConnections:DrainWindow", "00:00:03"));
        await using HubNode staying = await HubNode.StartAsync(redis);
        await using RoundRobinProxy balancer = new(going.Address);
        string[] users = [.. Enumerable.Range(0, Clients).Select(_ => Messages.NewUser())];
        List<CollectingClient> clients = [];
        try
        {
            foreach (string user in users)
            {
                clients.Add(await going.ConnectAsync(user, through: balancer.Address));
            }

            balancer.Targets = [going.Address, staying.Address];
            ConnectionGate gate = going.Services.GetRequiredService<ConnectionGate>();
            string stranger = going.Token(Messages.NewUser());
            gate.Count.ShouldBe(Clients);

            Task stopping = going.StopAsync();
            await Eventually.TrueAsync(() => gate.IsDraining, "draining");
            using (RawHubClient refused = await RawHubClient.OpenAsync(going, stranger))
            {
                refused.Status.ShouldBe(503);
                refused.Head.ShouldContain("Retry-After: 1\r\n");
            }

            counters["seckill.push.connects_refused", PushCodes.Draining].ShouldBeGreaterThanOrEqualTo(1);
            (await ReadyAsync(going)).ShouldBe(HttpStatusCode.ServiceUnavailable);
            int sent = 0;
            bool sawSome = false;
            while (!stopping.IsCompleted)
            {
                await staying.AppendSurelyAsync([.. users.SelectMany(user => Messages.Series(user, sent, 1))]);
                sent++;
                sawSome |= gate.Count is > 0 and < Clients;
                await Task.Delay(20);
            }

            await stopping;
            sawSome.ShouldBeTrue("they went one after another");
            await staying.AppendSurelyAsync([.. users.SelectMany(user => Messages.Series(user, sent, 1))]);
            sent++;
            foreach (CollectingClient client in clients)
            {
                await client.ReceivedAsync(sent);
                client.Ids.ShouldBe(Messages.Ids(0, sent));
                client.Gaps.ShouldBeEmpty();
                client.Client.Connects.ShouldBe(2);
            }

            counters["seckill.push.closed", CloseReasons.Drained].ShouldBe(Clients);
            staying.Services.GetRequiredService<ConnectionGate>().Count.ShouldBe(Clients);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task StoppedByASignal_ClientsAreToldBeforeSignalRCutsThem()
    {
        // A signal cancels the lifetime's token, before anybody calls StopAsync: SignalR closes everything in the same callbacks.
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:DrainWindow", "00:00:00.300"));
        using RawHubClient client = await RawHubClient.ConnectAsync(node, node.Token(Messages.NewUser()));
        Task<string> heard = client.ReadToEndAsync();

        await Task.Run(node.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);

        string last = await heard.WaitAsync(TimeSpan.FromSeconds(20));
        last.ShouldContain(PushCodes.Draining);
        last.ShouldContain("\"allowReconnect\":true");
    }

    [Fact]
    public async Task WindowLongerThanAHostHasToStop_ProlongsIt()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:DrainWindow", "00:02:00"));

        node.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout.ShouldBe(TimeSpan.FromSeconds(125));
    }

    private static async Task<HttpStatusCode> ReadyAsync(HubNode node)
    {
        using HttpClient http = new();
        using HttpResponseMessage answer = await http.GetAsync(new Uri(node.Address, "/healthz/ready"));
        return answer.StatusCode;
    }
}
