using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Seckill.Core.Push;

namespace Seckill.LoadTests.PushFanout;

/// <summary>One user on a bare socket: speaks WebSocket and SignalR's JSON by hand, checks every message's number, and keeps his position across connections.</summary>
/// <remarks>
/// A thousand SignalR clients would take more of the machine than the server that is measured. One connection at a time; <see cref="DropAsync"/> before the
/// next. Closing sends a reset: a phone that is gone says nothing either, and the port is free at once.
/// </remarks>
internal sealed class FanoutClient(string user, string token, IPAddress source, FanoutCrowd crowd)
{
    private static readonly byte[] Handshake = Masked("{\"protocol\":\"json\",\"version\":1}\u001e");
    private static readonly byte[] Ping = Masked("{\"type\":6}\u001e");
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(60);
    private const int ReadBytes = 4 * 1024;

    // Far below the window of messages that the hub sends without a confirmation.
    private const int ConfirmEvery = 100;

    private readonly NumberSet _seen = new();
    private Socket? _socket;
    private Task _reading = Task.CompletedTask;
    private TaskCompletionSource _shaken = New(), _resumed = New();
    private volatile bool _isOpen, _isDropped;
    private long _seq;
    private long _confirmed;
    private long _lastNumber;
    private string _epoch = string.Empty;

    public string User => user;

    /// <summary>Number of the last message that was sent to him; written by the sender.</summary>
    public long Sent { get; set; }

    /// <summary>What the last <c>Resume</c> was answered: everything after his position follows.</summary>
    public bool IsRecovered { get; private set; }

    /// <summary>True once a probe has come: the way to him is open.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Connects, and is ready to be sent to when this returns.</summary>
    /// <param name="node">Where to.</param>
    /// <param name="reads">False: nothing is read after the client is ready, and little fits the socket.</param>
    /// <exception cref="IOException">Refused, or ended before it was ready.</exception>
    /// <exception cref="TimeoutException">Not ready within a minute.</exception>
    public async Task ConnectAsync(PushNode node, bool reads = true)
    {
        (_shaken, _resumed, _isDropped) = (New(), New(), false);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        if (!reads)
        {
            socket.ReceiveBufferSize = ReadBytes;
        }

        socket.Bind(new IPEndPoint(source, 0));
        _socket = socket;
        FrameReader frames = new();
        await socket.ConnectAsync(node.Endpoint).WaitAsync(OpenLimit);
        await UpgradeAsync(socket, node.Path, frames).WaitAsync(OpenLimit);
        using CancellationTokenSource ready = new();
        _reading = ReadAsync(socket, frames, reads ? CancellationToken.None : ready.Token);
        if (node.Dialect is not PushDialect.Raw)
        {
            await SendAsync(Handshake);
            await _shaken.Task.WaitAsync(OpenLimit);
        }

        if (node.Dialect is PushDialect.Mailbox)
        {
            await SendAsync(Masked($"{{\"type\":1,\"invocationId\":\"1\",\"target\":\"Resume\",\"arguments\":[\"{_epoch}\",{_seq}]}}\u001e"));
            await _resumed.Task.WaitAsync(OpenLimit);
        }

        _isOpen = true;
        if (!reads)
        {
            await ready.CancelAsync();
            await _reading;
        }
    }

    /// <summary>Keeps a SignalR server from closing an idle connection.</summary>
    /// <remarks>Not while it connects: a ping amid the upgrade is no HTTP.</remarks>
    public Task PingAsync() => _isOpen ? TrySendAsync(Ping) : Task.CompletedTask;

    private async Task TrySendAsync(byte[] frame)
    {
        try
        {
            await SendAsync(frame);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The reader has noticed, too.
        }
    }

    /// <summary>Ends the connection without a word.</summary>
    public async Task DropAsync()
    {
        (_isOpen, _isDropped) = (false, true);
        _socket?.Dispose();
        await _reading;
    }

    /// <summary>After a connection that was not read from: reads what is left, and says whether the server has ended it.</summary>
    public async Task<bool> IsCutAsync(TimeSpan limit)
    {
        byte[] buffer = new byte[64 * 1024];
        // The server's kernel still holds megabytes, which would take minutes through the small window.
        _socket!.ReceiveBufferSize = FrameReader.MaxRecordBytes;
        using CancellationTokenSource deadline = new(limit);
        try
        {
            while (await _socket.ReceiveAsync(buffer, deadline.Token) > 0)
            {
                // What lay in the kernel's buffers.
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task UpgradeAsync(Socket socket, string path, FrameReader frames)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer {token}\r\n\r\n"));
        byte[] answer = new byte[ReadBytes];
        int read = 0, end;
        while ((end = answer.AsSpan(0, read).IndexOf("\r\n\r\n"u8)) < 0)
        {
            int more = read < answer.Length ? await socket.ReceiveAsync(answer.AsMemory(read)) : 0;
            if (more == 0)
            {
                throw new IOException($"{path} ended the connection before it was one.");
            }

            read += more;
        }

        if (!answer.AsSpan().StartsWith("HTTP/1.1 101"u8))
        {
            throw new IOException($"{path} answered {Encoding.ASCII.GetString(answer, 0, answer.AsSpan().IndexOf((byte)'\r'))}.");
        }

        Take(answer.AsSpan(end + 4, read - end - 4), frames);
    }

    private async Task ReadAsync(Socket socket, FrameReader frames, CancellationToken stop)
    {
        await Task.Yield();
        byte[] buffer = new byte[ReadBytes];
        IOException? fault = null;
        try
        {
            int read;
            while (!frames.IsClosed && (read = await socket.ReceiveAsync(buffer, stop)) > 0)
            {
                Take(buffer.AsSpan(0, read), frames);
            }
        }
        catch (OperationCanceledException)
        {
            return; // Reads no more, and leaves the socket open.
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or InvalidDataException)
        {
            fault = new IOException("The connection was lost.", gone);
        }

        if (!_isDropped)
        {
            crowd.Tally.AddClosed();
        }

        fault ??= new IOException("The server ended the connection.");
        _shaken.TrySetException(fault);
        _resumed.TrySetException(fault);
        _ = (_shaken.Task.Exception, _resumed.Task.Exception); // Told to whoever waits; if nobody does, it is no unobserved fault.
        socket.Dispose();
    }

    private void Take(ReadOnlySpan<byte> input, FrameReader frames)
    {
        while (frames.TryRead(ref input, out ReadOnlySpan<byte> record))
        {
            if (record.StartsWith("{\"type\":1,"u8))
            {
                TakeMessages(record);
            }
            else if (record.SequenceEqual("{}"u8))
            {
                _shaken.TrySetResult();
            }
            else if (record.StartsWith("{\"type\":3,"u8))
            {
                TakeAnswer(record);
            }
        }
    }

    private void TakeAnswer(ReadOnlySpan<byte> record)
    {
        if (record.IndexOf("\"error\":"u8) >= 0)
        {
            _resumed.TrySetException(new IOException($"Resume was refused: {Encoding.UTF8.GetString(record)}"));
        }
        else
        {
            _resumed.TrySetResult();
        }
    }

    private void TakeMessages(ReadOnlySpan<byte> record)
    {
        if (record.IndexOf("\"push.position\""u8) >= 0)
        {
            TakePosition(record);
        }

        ReadOnlySpan<byte> seqs = record;
        bool isNumbered = false, isNew = false;
        while (TryTakeSeq(ref seqs, out long seq))
        {
            isNumbered |= seq > 0;
            if (seq > _seq)
            {
                isNew = true;
                if (seq != _seq + 1)
                {
                    crowd.Tally.AddDisordered();
                }

                _seq = seq;
            }
        }

        if (isNumbered && !isNew)
        {
            return; // A page that was sent again since it was not confirmed in time: every client drops it by its numbers.
        }

        if (_seq - _confirmed >= ConfirmEvery)
        {
            _confirmed = _seq;
            _ = TrySendAsync(Masked($"{{\"type\":1,\"target\":\"Ack\",\"arguments\":[{_seq}]}}\u001e"));
        }

        while (PushMark.TryTake(ref record, out PushMark mark))
        {
            if (mark.Number == 0)
            {
                IsReached = true;
            }
            else if (_seen.Add(mark.Number))
            {
                crowd.Tally.AddReceived(Stopwatch.GetElapsedTime(mark.DueAt));
                if (!isNumbered && mark.Number < _lastNumber)
                {
                    // Past the mailboxes there is only the order in which they were sent.
                    crowd.Tally.AddDisordered();
                }

                _lastNumber = Math.Max(_lastNumber, mark.Number);
            }
            else
            {
                crowd.Tally.AddRepeated();
            }
        }
    }

    private void TakePosition(ReadOnlySpan<byte> record)
    {
        Utf8JsonReader json = new(record);
        using JsonDocument message = JsonDocument.ParseValue(ref json);
        foreach (JsonElement envelope in message.RootElement.GetProperty("arguments")[0].EnumerateArray())
        {
            if (envelope.GetProperty("type").ValueEquals(PushTypes.Position))
            {
                JsonElement position = envelope.GetProperty("payload");
                (string before, _epoch) = (_epoch, position.GetProperty("epoch").GetString()!);
                IsRecovered = position.GetProperty("recovered").GetBoolean();
                (_seq, _confirmed) = before == _epoch ? (_seq, _confirmed) : (0, 0);
            }
        }
    }

    private static bool TryTakeSeq(ref ReadOnlySpan<byte> text, out long seq)
    {
        seq = 0;
        int at = text.IndexOf("{\"seq\":"u8);
        if (at < 0)
        {
            return false;
        }

        text = text[(at + "{\"seq\":"u8.Length)..];
        return Utf8Parser.TryParse(text, out seq, out int _);
    }

    private async Task SendAsync(byte[] frame) => await _socket!.SendAsync(frame);

    // A client must mask; with a key of zeros the bytes stay as they are.
    private static byte[] Masked(string text)
    {
        byte[] payload = Encoding.UTF8.GetBytes(text);
        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)] : [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length];
        return [0x81, .. length, 0, 0, 0, 0, .. payload];
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
