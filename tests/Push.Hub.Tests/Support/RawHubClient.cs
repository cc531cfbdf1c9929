using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Push.Hub.Hubs;

namespace Push.Hub.Tests.Support;

/// <summary>A WebSocket by hand on a bare socket: costs next to nothing, and can do what no well-behaved client does.</summary>
public sealed class RawHubClient : IDisposable
{
    private const string Handshake = "{\"protocol\":\"json\",\"version\":1}\u001e";

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly NetworkStream _stream;

    private RawHubClient(IPEndPoint node)
    {
        _socket.Connect(node);
        _stream = new NetworkStream(_socket);
    }

    /// <summary>The HTTP status of the answer; 101 when the socket is open.</summary>
    public int Status { get; private set; }

    /// <summary>The lines of the answer's head.</summary>
    public string Head { get; private set; } = string.Empty;

    /// <summary>Asks for the upgrade, and nothing more.</summary>
    public static async Task<RawHubClient> OpenAsync(HubNode node, string token, string query = "", params string[] headers)
    {
        RawHubClient client = new(new IPEndPoint(IPAddress.Loopback, node.Address.Port));
        StringBuilder request = new();
        request.Append($"GET {PushHubRegistration.Path}{query} HTTP/1.1\r\nHost: {node.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
        request.Append($"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {token}\r\n");
        foreach (string header in headers)
        {
            request.Append(header).Append("\r\n");
        }

        await client._stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()));
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client._stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        client.Head = head.ToString();
        client.Status = int.Parse(client.Head.Split(' ')[1]);
        return client;
    }

    /// <summary>Opens, says which protocol it speaks, and waits for the answer.</summary>
    public static async Task<RawHubClient> ConnectAsync(HubNode node, string token, params string[] headers)
    {
        RawHubClient client = await OpenAsync(node, token, headers: headers);
        await client.SendAsync(Handshake);
        await client.ReadFrameAsync();
        return client;
    }

    /// <summary>Sends text of at most 125 bytes.</summary>
    public async Task SendAsync(string text)
    {
        byte[] payload = Encoding.UTF8.GetBytes(text);
        // A mask of zeros is a lawful mask, and leaves the payload as it is.
        await _stream.WriteAsync((byte[])[0x81, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]);
    }

    /// <summary>Sends bytes as they are, frames or not.</summary>
    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop) => await _stream.WriteAsync(bytes, stop);

    /// <summary>One frame as text; null when the other side has closed.</summary>
    public async Task<string?> ReadFrameAsync()
    {
        byte[] head = new byte[2];
        try
        {
            await _stream.ReadExactlyAsync(head);
            byte[] longer = new byte[(head[1] & 0x7f) switch { 126 => 2, 127 => 8, _ => 0 }];
            await _stream.ReadExactlyAsync(longer);
            int length = longer.Length switch { 2 => BinaryPrimitives.ReadUInt16BigEndian(longer), 8 => (int)BinaryPrimitives.ReadUInt64BigEndian(longer), _ => head[1] & 0x7f };
            byte[] payload = new byte[length];
            await _stream.ReadExactlyAsync(payload);
            return (head[0] & 0x0f) == 8 ? null : Encoding.UTF8.GetString(payload);
        }
        catch (Exception gone) when (gone is IOException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Everything until the other side closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        StringBuilder all = new();
        while (await ReadFrameAsync() is { } frame)
        {
            all.Append(frame);
        }

        return all.ToString();
    }

    /// <summary>Goes without a word: the other side gets a reset.</summary>
    public void Cut()
    {
        _socket.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }
}
