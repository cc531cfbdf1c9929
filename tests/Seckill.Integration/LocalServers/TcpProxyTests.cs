using System.Net;
using System.Net.Sockets;
using System.Text;
using Seckill.Local.Faults;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

/// <summary>The proxy between a client and a server that answers each line with the same line, and remembers what it got.</summary>
public sealed class TcpProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EchoServer _server = new("a");
    private readonly EchoServer _other = new("b");
    private TcpProxy _proxy = null!;

    public ValueTask InitializeAsync()
    {
        _proxy = new TcpProxy(_server.Port);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _server.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task NothingOrdered_EverythingPasses()
    {
        using TcpClient client = await ConnectAsync();

        (await AskAsync(client, "hello")).ShouldBe("a:hello");
        (await AskAsync(client, "again")).ShouldBe("a:again");
        _proxy.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task Cut_ResetsWhatIsOpenAndTakesNewOnes()
    {
        using TcpClient client = await ConnectAsync();
        await AskAsync(client, "hello");

        _proxy.Cut().ShouldBe(1);

        await Should.ThrowAsync<IOException>(() => AskAsync(client, "lost"));
        using TcpClient next = await ConnectAsync();
        (await AskAsync(next, "back")).ShouldBe("a:back");
        _proxy.Cuts.ShouldBe(1);
    }

    [Fact]
    public async Task ReplyLost_TheServerHasDoneItsWork_OtherRequestsAreAnswered()
    {
        using TcpClient client = await ConnectAsync();
        _proxy.LoseReplies(1, to: "commit");

        (await AskAsync(client, "SELECT")).ShouldBe("a:SELECT");
        await Should.ThrowAsync<IOException>(() => AskAsync(client, "COMMIT"));

        _server.Received.ShouldBe(["SELECT", "COMMIT"]);
        _proxy.RepliesLost.ShouldBe(1);
        _proxy.LoseReplies(0);
        using TcpClient next = await ConnectAsync();
        (await AskAsync(next, "COMMIT")).ShouldBe("a:COMMIT");
    }

    [Fact]
    public async Task SameSeed_SameRepliesAreLost()
    {
        await using TcpProxy twin = new(_server.Port);

        (await LossesAsync(_proxy)).ShouldBe(await LossesAsync(twin));
        _proxy.RepliesLost.ShouldBeInRange(1, 39);
    }

    [Fact]
    public async Task BlackHole_NothingPasses_AndWhatItTouchedIsResetAtItsEnd()
    {
        using TcpClient client = await ConnectAsync();
        await AskAsync(client, "hello");

        using (_proxy.BlackHole())
        {
            Task<string> ask = AskAsync(client, "swallowed");
            await Should.ThrowAsync<TimeoutException>(() => ask.WaitAsync(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        }

        _server.Received.ShouldNotContain("swallowed");
        using TcpClient next = await ConnectAsync();
        (await AskAsync(next, "back")).ShouldBe("a:back");
    }

    [Fact]
    public async Task FallSilent_WhatIsOpenHearsNothingMore_NewOnesAreServed()
    {
        using TcpClient client = await ConnectAsync();
        await AskAsync(client, "hello");

        _proxy.FallSilent().ShouldBe(1);

        Task<string> ask = AskAsync(client, "swallowed");
        await Should.ThrowAsync<TimeoutException>(() => ask.WaitAsync(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        using TcpClient next = await ConnectAsync();
        (await AskAsync(next, "back")).ShouldBe("a:back");
        _server.Received.ShouldNotContain("swallowed");
    }

    [Fact]
    public async Task Retargeted_NewConnectionsGoElsewhere_OldOnesStay()
    {
        using TcpClient old = await ConnectAsync();
        await AskAsync(old, "hello");
        _proxy.Retarget(_other.Port);
        using TcpClient next = await ConnectAsync();

        (await AskAsync(next, "hello")).ShouldBe("b:hello");
        (await AskAsync(old, "still")).ShouldBe("a:still");
    }

    [Fact]
    public async Task ReplyDelay_TheRequestArrivesAtOnce_TheReplyLater()
    {
        using TcpClient client = await ConnectAsync();
        _proxy.ReplyDelay = TimeSpan.FromSeconds(1);
        long started = TimeProvider.System.GetTimestamp();

        (await AskAsync(client, "slow")).ShouldBe("a:slow");

        TimeProvider.System.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
    }

    private static async Task<List<bool>> LossesAsync(TcpProxy proxy)
    {
        proxy.LoseReplies(0.5);
        List<bool> losses = [];
        for (int i = 0; i < 40; i++)
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, proxy.Port, TestContext.Current.CancellationToken);
            try
            {
                await AskAsync(client, "toss");
                losses.Add(false);
            }
            catch (IOException)
            {
                losses.Add(true);
            }
        }

        return losses;
    }

    private async Task<TcpClient> ConnectAsync()
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<string> AskAsync(TcpClient client, string line)
    {
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\n"), TestContext.Current.CancellationToken);
        byte[] buffer = new byte[256];
        int read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        return read > 0 ? Encoding.ASCII.GetString(buffer, 0, read).TrimEnd('\n') : throw new IOException("Closed.");
    }
}
