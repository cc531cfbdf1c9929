using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Connections;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Compression is off unless it is asked for, and then both sides understand each other.</summary>
public sealed class CompressionTests(RedisFixture redis)
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate";

    [Theory]
    [InlineData(WebSocketCompression.None, null)]
    [InlineData(WebSocketCompression.PerMessage, "permessage-deflate; server_no_context_takeover")]
    [InlineData(WebSocketCompression.PerConnection, "permessage-deflate")]
    public async Task ClientOffersIt_TheOptionDecides(WebSocketCompression compression, string? agreed)
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:Compression", compression.ToString()));
        using RawHubClient client = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()), headers: [Offer]);

        client.Status.ShouldBe(101);
        client.Head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Sec-WebSocket-Extensions: ", StringComparison.Ordinal))
            .ShouldBe(agreed is null ? null : $"Sec-WebSocket-Extensions: {agreed}");
    }

    [Theory]
    [InlineData("PerMessage")]
    [InlineData("PerConnection")]
    public async Task Compressed_TheClientReadsWhatWasSent(string compression)
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:Compression", compression));
        string user = Messages.NewUser();
        using ClientWebSocket socket = new();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {node.Token(user)}");
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        await socket.ConnectAsync(new UriBuilder(node.Hub) { Scheme = "ws" }.Uri, CancellationToken.None);
        await SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e");
        await SendAsync("{\"type\":1,\"target\":\"Resume\",\"arguments\":[\"\",0]}\u001e");

        await node.Mailboxes.AppendAsync([Messages.To(user, "large", payloadBytes: 4_000)]);

        StringBuilder heard = new();
        byte[] buffer = new byte[8_192];
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(20));
        while (!heard.ToString().Contains(new string('x', 3_998), StringComparison.Ordinal))
        {
            heard.Append(Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, deadline.Token)).Count));
        }

        Task SendAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    // Each alone, in a process of its own: the allocator keeps what another has given back.
    [Fact]
    [Trait("run", "long")]
    public Task MemoryOfAConnection_Plain() => MeasureAsync("None");

    [Fact]
    [Trait("run", "long")]
    public Task MemoryOfAConnection_EachMessageByItself() => MeasureAsync("PerMessage");

    [Fact]
    [Trait("run", "long")]
    public Task MemoryOfAConnection_WithItsCompressor() => MeasureAsync("PerConnection");

    private async Task MeasureAsync(string compression)
    {
        const int Connections = 1_000;
        await using HubNode node = await HubNode.StartAsync(
            redis, ("Seckill:HubConnections:Compression", compression), ("Seckill:HubConnections:AcceptPerSecond", "0"), ("Seckill:HubConnections:MaxPerUser", "0"), ("Seckill:HubConnections:TurnsPerUser", "0"));
        string token = node.Token(Messages.NewUser());
        List<RawHubClient> clients = [];
        try
        {
            await ConnectAsync(200); // Pools and code are there from here on.
            long before = Resident();
            await ConnectAsync(Connections);
            long each = (Resident() - before) / Connections;

            TestContext.Current.TestOutputHelper?.WriteLine($"{compression}: {each:#,0} bytes of resident memory per connection, the test's end included");
            node.Services.GetRequiredService<ConnectionGate>().Count.ShouldBe(Connections + 200);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        async Task ConnectAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                RawHubClient client = await RawHubClient.ConnectAsync(node, token, Offer);
                clients.Add(client);
                await client.SendAsync("{\"type\":1,\"invocationId\":\"1\",\"target\":\"Resume\",\"arguments\":[\"\",0]}\u001e");
                await client.ReadFrameAsync();
            }
        }
    }

    private static long Resident()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
