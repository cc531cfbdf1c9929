using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Seckill.Benchmarks.Ceiling;
using Seckill.LoadTests.Running;

namespace Seckill.Benchmarks.Latency;

/// <summary>Grabs of many users over a bounded number of connections; who finds none free waits for one. Thread-safe.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly ConcurrentStack<RawConnection> _idle = new();
    private readonly SemaphoreSlim _free;
    private readonly byte[] _head;
    private readonly byte[] _tail = "\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    private readonly byte[] _tokens;
    private readonly TokenFile _file;

    private RawClient(string path, TokenFile file, byte[] tokens, IEnumerable<RawConnection> connections)
    {
        (_file, _tokens) = (file, tokens);
        _head = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ");
        _idle.PushRange([.. connections]);
        _free = new SemaphoreSlim(_idle.Count);
    }

    /// <summary>Connects.</summary>
    /// <param name="target">Where the process listens.</param>
    /// <param name="path">Path of the grab.</param>
    /// <param name="file">Whose tokens are sent.</param>
    /// <param name="tokens">The file's bytes.</param>
    /// <param name="connections">At least 1.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<RawClient> ConnectAsync(Uri target, string path, TokenFile file, byte[] tokens, int connections, CancellationToken stop)
    {
        List<RawConnection> open = [];
        for (int i = 0; i < connections; i++)
        {
            open.Add(await RawConnection.OpenAsync(target, stop));
        }

        return new RawClient(path, file, tokens, open);
    }

    /// <summary>One press of a user, whose index begins anew behind the last token.</summary>
    public async Task<StepAnswer> GrabAsync(int user)
    {
        await _free.WaitAsync();
        _idle.TryPop(out RawConnection? connection);
        byte[] request = System.Buffers.ArrayPool<byte>.Shared.Rent(_head.Length + _file.Width + _tail.Length);
        try
        {
            return new StepAnswer(await connection!.SendAsync(Write(request, user % _file.Count)));
        }
        catch (Exception fault) when (fault is SocketException or InvalidDataException)
        {
            return new StepAnswer(Answer.Error, Detail: fault.Message);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(request);
            _idle.Push(connection!);
            _free.Release();
        }
    }

    public void Dispose()
    {
        foreach (RawConnection connection in _idle)
        {
            connection.Dispose();
        }

        _free.Dispose();
    }

    private ReadOnlyMemory<byte> Write(byte[] request, int user)
    {
        int token = _file.Width - 1; // without its newline
        _head.CopyTo(request, 0);
        _tokens.AsSpan(user * _file.Width, token).CopyTo(request.AsSpan(_head.Length));
        _tail.CopyTo(request, _head.Length + token);
        return request.AsMemory(0, _head.Length + token + _tail.Length);
    }
}
