using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using Seckill.LoadTests.Running;

namespace Seckill.Benchmarks.Latency;

/// <summary>One connection that sends a ready request and reads one answer: HTTP/1.1 as far as our own servers speak it (a status, Content-Length, no chunks). Not thread-safe.</summary>
/// <remarks>For generators that share the cores with what they measure: a general client costs as much as the server does.</remarks>
internal sealed class RawConnection : IDisposable
{
    private const int StatusAt = 9; // behind "HTTP/1.1 "

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[8 * 1024];

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LengthHeader => "\r\nContent-Length: "u8;

    public static async Task<RawConnection> OpenAsync(Uri target, CancellationToken stop)
    {
        RawConnection connection = new();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, target.Port), stop);
        return connection;
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The answer is none of ours, or the server has closed.</exception>
    public async ValueTask<Answer> SendAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        int have = 0;
        int whole = 0;
        do
        {
            int read = await _socket.ReceiveAsync(_answer.AsMemory(have));
            if (read == 0)
            {
                throw new InvalidDataException("The server closed, or its answer is too long.");
            }

            have += read;
            whole = whole == 0 ? LengthOf(_answer.AsSpan(0, have)) : whole;
        }
        while (whole == 0 || have < whole);
        return AnswerOf(_answer.AsSpan(StatusAt, 3));
    }

    public void Dispose() => _socket.Dispose();

    // Head and body together; 0 while the head is not whole.
    private static int LengthOf(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf(HeadEnd);
        if (head < 0)
        {
            return 0;
        }

        int header = answer[..head].IndexOf(LengthHeader);
        return header >= 0 && Utf8Parser.TryParse(answer[(header + LengthHeader.Length)..], out int body, out _)
            ? head + HeadEnd.Length + body
            : throw new InvalidDataException("An answer without Content-Length.");
    }

    private static Answer AnswerOf(ReadOnlySpan<byte> status) =>
        status.SequenceEqual("202"u8) ? Answer.Accepted
        : status.SequenceEqual("409"u8) ? Answer.SoldOut
        : status.SequenceEqual("429"u8) ? Answer.Throttled
        : status.SequenceEqual("503"u8) ? Answer.Unavailable
        : Answer.Error;
}
