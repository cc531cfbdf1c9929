using System.Net.Sockets;
using System.Text;

namespace Seckill.Integration.Fuzz;

/// <summary>HTTP over a bare socket: what no decent client would send. One connection, opened again when the server has closed it.</summary>
internal sealed class WireClient(Uri server) : IDisposable
{
    // Far above any answer: what takes longer hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[256 * 1024];
    private TcpClient? _tcp;
    private NetworkStream? _stream;

    /// <summary>Sends a request and reads the answer.</summary>
    /// <returns>Null when there was none: the connection was closed, as it may be where HTTP itself was broken.</returns>
    /// <exception cref="TimeoutException">Neither an answer nor an end.</exception>
    public async Task<WireAnswer?> SendAsync(ForgedRequest request)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            // A connection that was kept may be closed by the server just as we send: only then once more, on a new one.
            return _tcp is not null && await TryAsync(request, limit.Token) is { } answer ? answer : await TryAsync(request, limit.Token);
        }
        catch (OperationCanceledException hung)
        {
            throw new TimeoutException($"No answer and no end within {Patience.TotalSeconds:0} s to:\n{Encoding.Latin1.GetString(request.Bytes.AsSpan(0, Math.Min(2_000, request.Bytes.Length)))}", hung);
        }
    }

    public void Dispose() => _tcp?.Dispose();

    private async Task<WireAnswer?> TryAsync(ForgedRequest request, CancellationToken stop)
    {
        try
        {
            if (_tcp is null)
            {
                _tcp = new TcpClient { NoDelay = true };
                await _tcp.ConnectAsync(server.Host, server.Port, stop);
                _stream = _tcp.GetStream();
            }

            await _stream!.WriteAsync(request.Bytes, stop);
            if (!request.IsHttp)
            {
                // Nothing more will come: a server that waits for the rest must see that.
                _tcp.Client.Shutdown(SocketShutdown.Send);
            }

            WireAnswer? answer = await ReadAsync(stop);
            if (answer is null || answer.Closes || !request.IsHttp)
            {
                Drop();
            }

            return answer;
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            Drop();
            return null;
        }
    }

    private void Drop()
    {
        _tcp?.Dispose();
        _tcp = null;
    }

    private async Task<WireAnswer?> ReadAsync(CancellationToken stop)
    {
        int length = 0;
        while (true)
        {
            int read = await _stream!.ReadAsync(_buffer.AsMemory(length), stop);
            if (read == 0)
            {
                return WireAnswer.TryRead(_buffer.AsSpan(0, length), isWhole: true);
            }

            length += read;
            if (WireAnswer.TryRead(_buffer.AsSpan(0, length), isWhole: false) is { } answer)
            {
                return answer;
            }

            if (length == _buffer.Length)
            {
                throw new InvalidOperationException($"An answer of more than {_buffer.Length} bytes.");
            }
        }
    }
}
