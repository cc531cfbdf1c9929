using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>What a user with a good token may try against a node and against other users, on bare sockets.</summary>
public sealed class AttackTests(RedisFixture redis)
{
    // Some megabytes in all: more than every buffer on the way holds.
    private const int FramesPerWrite = 2_000;
    private const int Writes = 60;

    private static readonly byte[] Ping = [0x89, 0x80, 0, 0, 0, 0];
    private static readonly byte[] UnknownCall = Frame(0x81, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"NoSuchMethod\",\"arguments\":[]}\u001e");
    private static readonly byte[] SilentUnknownCall = Frame(0x81, "{\"type\":1,\"target\":\"NoSuchMethod\",\"arguments\":[]}\u001e");
    private static readonly byte[] Empty = [0x81, 0x80, 0, 0, 0, 0];
    private static readonly byte[] Crumb = Frame(0x00, "x");

    public static TheoryData<string> Floods => ["pings", "unknown calls", "unknown calls without an answer", "empty messages", "a message that does not end"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Goal: who sends frames as fast as the line takes them, and reads nothing, holds up nobody else. Method: a flood of megabytes by bare socket; in the midst of it another user connects, calls and gets a message.</summary>
    [Theory]
    [MemberData(nameof(Floods))]
    public async Task FloodOfFrames_OthersAreServed(string flood)
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        using RawHubClient flooder = await RawHubClient.ConnectAsync(node, node.Token(Messages.NewUser()));
        byte[] frame = flood switch { "pings" => Ping, "unknown calls" => UnknownCall, "unknown calls without an answer" => SilentUnknownCall, "empty messages" => Empty, _ => Crumb };
        if (frame == Crumb)
        {
            await flooder.SendBytesAsync(Frame(0x01, "x"), Stop);
        }

        byte[] many = [.. Enumerable.Repeat(frame, FramesPerWrite).SelectMany(one => one)];
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task flooding = FloodAsync(flooder, many, end.Token);

        string user = Messages.NewUser();
        await using CollectingClient other = await node.ConnectAsync(user);
        await node.AppendSurelyAsync([Messages.To(user, "amid-the-flood")]);
        await Eventually.TrueAsync(() => other.Ids.Contains("amid-the-flood"), "the message of somebody else");

        if (frame == Crumb)
        {
            // A message past the bound ends its connection, though no frame of it is long.
            await flooder.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1), Stop);
        }

        await end.CancelAsync();
        await flooding;
    }

    /// <summary>A few kilobytes that inflate to 64 MB: the bound counts what they become. A node that did not would wait for the message's end, and keep all of it until then.</summary>
    [Fact]
    public async Task CompressedBomb_EndsItsConnection_AndOthersAreLetIn()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:Compression", "PerMessage"));
        using RawHubClient bomber = await RawHubClient.ConnectAsync(node, node.Token(Messages.NewUser()), "Sec-WebSocket-Extensions: permessage-deflate");
        bomber.Head.ShouldContain("permessage-deflate");
        using MemoryStream packed = new();
        await using (DeflateStream deflate = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await deflate.WriteAsync(new byte[64 * 1024 * 1024], Stop);
        }

        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, packed.Length);
        await bomber.SendBytesAsync((byte[])[0xC1, 0x80 | 127, .. length, 0, 0, 0, 0, .. packed.ToArray()], Stop);

        await bomber.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1), Stop);
        await using CollectingClient other = await node.ConnectAsync(Messages.NewUser());
    }

    /// <summary>The id of a connection is no key to it: who is somebody else neither reads what comes there, nor speaks, nor ends it.</summary>
    [Fact]
    public async Task AnothersConnection_IsNeitherReadNorSpokenToNorEnded()
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        using HttpClient owner = Client(node, Messages.NewUser()), thief = Client(node, Messages.NewUser());
        using HttpResponseMessage negotiated = await owner.PostAsync(new Uri(node.Hub + "/negotiate?negotiateVersion=1"), null, Stop);
        string id = (await negotiated.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("connectionToken").GetString()!;
        Uri connection = new($"{node.Hub}?id={Uri.EscapeDataString(id)}");
        (await owner.GetAsync(connection, Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
        {
            using HttpRequestMessage request = new(method, connection) { Content = method == HttpMethod.Post ? new StringContent("{\"protocol\":\"json\",\"version\":1}\u001e") : null };
            using HttpResponseMessage answer = await thief.SendAsync(request, Stop);
            ((int)answer.StatusCode).ShouldBeInRange(400, 499, method.Method);
        }

        // It is there still, and its owner's.
        (await owner.PostAsync(connection, new StringContent("{\"protocol\":\"json\",\"version\":1}\u001e"), Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.GetStringAsync(connection, Stop)).ShouldContain("{}\u001e");
        (await owner.DeleteAsync(connection, Stop)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private static async Task FloodAsync(RawHubClient flooder, byte[] many, CancellationToken stop)
    {
        try
        {
            for (int i = 0; i < Writes; i++)
            {
                await flooder.SendBytesAsync(many, stop);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // Cut off; or it stood in its own way, since nobody reads any more.
        }
    }

    private static HttpClient Client(HubNode node, string user)
    {
        HttpClient client = new();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", node.Token(user));
        return client;
    }

    // A mask of zeros is a lawful mask, and leaves the payload as it is.
    private static byte[] Frame(byte head, string text) => [head, (byte)(0x80 | Encoding.UTF8.GetByteCount(text)), 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)];
}
