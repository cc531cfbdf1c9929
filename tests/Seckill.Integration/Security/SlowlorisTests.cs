using System.Net;
using System.Net.Sockets;
using System.Text;
using Seckill.Integration.EndToEnd;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>
/// Goal: clients that send a byte now and then hold nothing up and are cut. Method: hundreds of such sockets on the running Api, Worker and Hub at once, with their default limits, half of those
/// of the Api in a body; meanwhile others are served, and in the end every slow one is closed by the server.
/// </summary>
public sealed class SlowlorisTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const int SocketsPerHost = 150;
    private const string Headers = "GET /healthz/live HTTP/1.1\r\nHost: slow\r\nX-Slow: ";
    private const string Body = "POST /api/v1/dev/tokens HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{";

    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task HundredsOfSlowSockets_OthersAreServed_AndTheSlowOnesAreCut()
    {
        using CancellationTokenSource deadline = Deadline();
        List<Socket> slow = [];
        try
        {
            foreach ((Uri host, string start, int count) in new[]
            {
                (Stack.Api.Url, Headers, SocketsPerHost / 2), (Stack.Api.Url, Body, SocketsPerHost / 2), (Stack.Worker.Url, Headers, SocketsPerHost), (Stack.Hub.Url, Headers, SocketsPerHost),
            })
            {
                for (int i = 0; i < count; i++)
                {
                    slow.Add(await OpenAsync(host, start, deadline.Token));
                }
            }

            int served = 0;
            while (slow.Exists(socket => !IsCut(socket)))
            {
                deadline.IsCancellationRequested.ShouldBeFalse($"{slow.Count(socket => !IsCut(socket))} slow sockets are still open.");
                foreach (Socket socket in slow)
                {
                    TryDrip(socket);
                }

                served += await ServeAsync(Stack.Api.Url) + await ServeAsync(Stack.Worker.Url) + await ServeAsync(Stack.Hub.Url);
                await Task.Delay(Drip, deadline.Token);
            }

            served.ShouldBeGreaterThan(0);
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> OpenAsync(Uri host, string start, CancellationToken stop)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, host.Port, stop);
        await socket.SendAsync(Encoding.ASCII.GetBytes(start), stop);
        return socket;
    }

    private static void TryDrip(Socket socket)
    {
        try
        {
            socket.Send("x"u8);
        }
        catch (SocketException)
        {
            // Cut.
        }
    }

    // The server's last words (408) come before the end of what it sends.
    private static bool IsCut(Socket socket)
    {
        byte[] words = new byte[4_096];
        try
        {
            while (socket.Poll(0, SelectMode.SelectRead))
            {
                if (socket.Receive(words) == 0)
                {
                    return true;
                }
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task<int> ServeAsync(Uri host)
    {
        // A connection of its own each time: a newcomer, not one who was there before the crowd.
        using HttpClient newcomer = new() { Timeout = TimeSpan.FromSeconds(60) };
        using HttpResponseMessage answer = await newcomer.GetAsync(new Uri(host, "/healthz/live"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return 1;
    }
}
