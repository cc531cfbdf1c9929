using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Push.Hub.Tests.JavaScript;
using Seckill.Integration.EndToEnd;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>Debian's nginx on our own files, in front of real Api nodes and hubs that run on compose's own settings, some of which are killed.</summary>
public sealed class NginxTests(StackFixture fixture) : EndToEndTest(fixture)
{
    /// <summary>Goal: every request is answered, and every win has its one order, while one Api dies and then the other. Method: a crowd through the proxy, kill -9 amid it, the backup alone for a while.</summary>
    [Fact]
    public async Task ApisKilledAmidACrowd_EveryGrabIsAnswered_AndEveryWinHasItsOneOrder()
    {
        const int Buyers = 500;
        const int Units = 400;
        using CancellationTokenSource deadline = Deadline();
        await using ProxiedNodes nodes = new(Stack, ["api-1", "api-2"], hasBackup: true);
        await nodes.StartAsync(deadline.Token);
        string sale = await Client.CreateSaleAsync("proxied", Units);
        await nodes.WaitForSaleAsync(sale, deadline.Token);
        (string User, string Token)[] buyers = await BuyersAsync("proxied", Buyers);
        using StackClient proxy = new(nodes.Nginx.Url.ToString());
        int answered = 0;
        int unanswered = 0;

        Task<GrabAnswer>[] grabs = [.. buyers.Select(async (buyer, i) =>
        {
            await Task.Delay(i * 4, deadline.Token);
            while (true)
            {
                GrabAnswer answer = await proxy.GrabAsync(sale, "proxied", buyer.User, buyer.Token);
                if (answer.Status is null)
                {
                    Interlocked.Increment(ref unanswered);
                }

                if (!answer.Unknown)
                {
                    Interlocked.Increment(ref answered);
                    return answer;
                }

                await Task.Delay(Random.Shared.Next(50, 250), deadline.Token);
            }
        })];
        await AfterAsync(25);
        await nodes["api-1"].KillAsync();
        await AfterAsync(Buyers / 2);
        await nodes["api-2"].KillAsync();
        GrabAnswer[] answers = await Task.WhenAll(grabs);

        unanswered.ShouldBe(0, "each request had an answer from the proxy");
        SaleAudit audit = Audit(sale, "proxied", Units);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync(answers);
        (await audit.ReadAsync()).Orders.Length.ShouldBe(Units);

        async Task AfterAsync(int count)
        {
            while (Volatile.Read(ref answered) < count)
            {
                await Task.Delay(1, deadline.Token);
            }
        }
    }

    /// <summary>Goal: whoever listens, by whichever transport, is told everything once, while one hub dies and then the other. Method: SignalR's own JavaScript client through the proxy.</summary>
    [Fact]
    public async Task HubsKilled_ClientsOfEveryTransportResumeThroughTheProxy_NothingLostNothingTwice()
    {
        string[] transports = ["webSockets", "serverSentEvents", "longPolling"];
        using CancellationTokenSource deadline = Deadline();
        await using ProxiedNodes nodes = new(Stack, ["hub-1", "hub-2"], hasBackup: true);
        await nodes.StartAsync(deadline.Token);
        (string User, string Token)[] buyers = await BuyersAsync("transport", transports.Length);
        HubClient[] clients = [.. transports.Select((transport, i) => HubClient.Start(nodes.Hub, buyers[i].Token, transport, "1"))];
        try
        {
            await AllAsync(client => client.ShouldBecomeAsync("online"));
            await OrderAsync("first");
            await AllAsync(client => client.ReceivedAsync(1));

            await nodes["hub-1"].KillAsync();
            await OrderAsync("second");
            await AllAsync(client => client.ReceivedAsync(2));
            await AllAsync(client => client.ShouldBecomeAsync("online"));
            await nodes["hub-1"].StartAsync(deadline.Token);

            await nodes["hub-2"].KillAsync();
            await OrderAsync("third");
            await AllAsync(client => client.ReceivedAsync(3));

            foreach (HubClient client in clients)
            {
                client.Statuses.ShouldContain("reconnecting", "its hub was killed, the first or the second");
                client.Ids.Count.ShouldBe(3);
                client.Ids.ShouldBeUnique();
                client.Told("gap").ShouldBeEmpty();
                (await client.EndAsync()).ShouldBe(0);
            }

            string log = await File.ReadAllTextAsync(nodes.Nginx.LogFile, deadline.Token);
            log.ShouldContain("\"uri\":\"/hubs/push\"");
            buyers.ShouldAllBe(buyer => !log.Contains(buyer.Token, StringComparison.Ordinal), "a token is in the query of a browser's request, and must not be in the log");
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }

        Task AllAsync(Func<HubClient, Task> step) => Task.WhenAll(clients.Select(step));

        async Task OrderAsync(string sku)
        {
            string sale = await Client.CreateSaleAsync($"transport-{sku}", transports.Length);
            foreach ((string user, string token) in buyers)
            {
                (await Client.GrabUntilKnownAsync(sale, $"transport-{sku}", user, token, deadline.Token)).Won.ShouldBeTrue();
            }
        }
    }

    /// <summary>Limits by address see the client's behind the proxy, whatever it writes into its headers itself.</summary>
    [Fact]
    public async Task TheClientsOwnAddress_ReachesApiAndHub_AndCannotBeForged()
    {
        using CancellationTokenSource deadline = Deadline();
        await using ProxiedNodes nodes = new(Stack, ["api-1", "hub-1"], hasBackup: false, ("Seckill__Admission__IpLimit", "2"), ("Seckill__Admission__IpWindow", "01:00:00"), ("Seckill__HubConnections__MaxPerAddress", "1"));
        await nodes.StartAsync(deadline.Token);
        string sale = await Client.CreateSaleAsync("addressed", 10);
        await nodes.WaitForSaleAsync(sale, deadline.Token);
        (string User, string Token)[] buyers = await BuyersAsync("addressed", 4);
        using HttpMessageInvoker near = From("127.0.0.2");
        using HttpMessageInvoker far = From("127.0.0.3");

        (await GrabAsync(near, 0)).ShouldBe(HttpStatusCode.Accepted);
        (await GrabAsync(near, 1)).ShouldBe(HttpStatusCode.Accepted);
        (await GrabAsync(near, 2)).ShouldBe(HttpStatusCode.TooManyRequests);
        (await GrabAsync(far, 3)).ShouldBe(HttpStatusCode.Accepted);

        using ClientWebSocket first = await ConnectAsync(near, 0);
        (await Should.ThrowAsync<WebSocketException>(ConnectAsync(near, 1))).Message.ShouldContain("429");
        using ClientWebSocket other = await ConnectAsync(far, 2);
        other.State.ShouldBe(WebSocketState.Open);

        async Task<HttpStatusCode> GrabAsync(HttpMessageInvoker http, int buyer)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri(nodes.Nginx.Url, $"/api/v1/sales/{sale}/items/addressed/grabs"));
            request.Headers.Add("Authorization", $"Bearer {buyers[buyer].Token}");
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{buyer}");
            using HttpResponseMessage answer = await http.SendAsync(request, deadline.Token);
            return answer.StatusCode;
        }

        async Task<ClientWebSocket> ConnectAsync(HttpMessageInvoker http, int buyer)
        {
            ClientWebSocket socket = new();
            socket.Options.SetRequestHeader("Authorization", $"Bearer {buyers[buyer].Token}");
            socket.Options.SetRequestHeader("X-Forwarded-For", $"198.51.100.{buyer}");
            await socket.ConnectAsync(new UriBuilder(nodes.Hub) { Scheme = "ws" }.Uri, http, deadline.Token);
            return socket;
        }
    }

    /// <summary>From the node in reserve, since neither of the others is there.</summary>
    [Fact]
    public async Task PagesGoThrough_TheOperatorsPathsDoNot()
    {
        using CancellationTokenSource deadline = Deadline();
        await using ProxiedNodes nodes = new(Stack, [], hasBackup: true);
        await nodes.StartAsync(deadline.Token);
        using HttpClient http = new() { BaseAddress = nodes.Nginx.Url };

        foreach (string open in new[] { "/", "/js/shop.js", "/lib/push/index.js", "/config.json", "/api/v1/sales" })
        {
            using HttpResponseMessage answer = await http.GetAsync(open, deadline.Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, open);
        }

        foreach (string hidden in new[] { "/metrics", "/Metrics", "/metrics/", "/healthz", "/HealthZ", "/healthz/ready", "/dev/faults", "/DEV/faults" })
        {
            using HttpResponseMessage answer = await http.GetAsync(hidden, deadline.Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, hidden);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html", $"{hidden} is answered by the proxy, not by a node");
        }
    }

    [Fact]
    public async Task NoNodeToBeHad_IsAProblemAsTheApiWritesThem()
    {
        using CancellationTokenSource deadline = Deadline();
        await using ProxiedNodes nodes = new(Stack, [], hasBackup: false);
        await nodes.StartAsync(deadline.Token);
        using StackClient proxy = new(nodes.Nginx.Url.ToString());

        using HttpResponseMessage answer = await proxy.PostRawAsync("/api/v1/sales/1/items/none/grabs", "", token: null);
        using JsonDocument body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(deadline.Token));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        body.RootElement.GetProperty("type").GetString().ShouldBe("urn:seckill:error:outcome-unknown");
        body.RootElement.GetProperty("status").GetInt32().ShouldBe(503);
    }

    private static HttpMessageInvoker From(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, stop) =>
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address).MapToIPv6(), 0));
            await socket.ConnectAsync(IPAddress.Loopback.MapToIPv6(), context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });
}
