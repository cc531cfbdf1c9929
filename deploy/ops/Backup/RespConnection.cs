using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Seckill.Core.Redis;
using Seckill.Ops.Connection;
using StackExchange.Redis;

namespace Seckill.Ops.Backup;

/// <summary>A plain connection to Redis for what no client library offers: its replication protocol, and a pause that must not wait behind another command. Not thread-safe.</summary>
internal sealed class RespConnection : IAsyncDisposable
{
    // A server that sends nothing for so long is away: while it makes a snapshot it sends empty lines.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly BufferedStream _replies;

    private RespConnection(TcpClient client, Stream stream)
    {
        (_client, _stream, _replies) = (client, stream, new BufferedStream(stream, 64 * 1024));
    }

    /// <summary>Connects and signs in.</summary>
    /// <param name="connectionString">As for the engine: <c>host:port[,password=…][,ssl=true[,sslCa=FILE]]</c>, and one that <see cref="Addresses.Check"/> has let pass.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="OpsException">It does not answer, or refuses.</exception>
    public static async Task<RespConnection> OpenAsync(string connectionString, CancellationToken stop)
    {
        ConfigurationOptions options = RedisTls.Parse(connectionString, out RemoteCertificateValidationCallback? isTrusted);
        if (options.EndPoints is not [EndPoint endpoint])
        {
            throw new OpsException(
                "The address names several Redis servers. Backup and restore speak to one primary: name it alone (--redis). A Redis Cluster can be neither backed up nor restored; docs/backup.md says what to do instead. Nothing was changed.");
        }

        (string host, int port) = endpoint switch
        {
            DnsEndPoint name => (name.Host, name.Port),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            _ => throw new OpsException($"'{endpoint}' is no address."),
        };
        TcpClient client = new() { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port == 0 ? 6379 : port, stop).AsTask().WaitAsync(TimeSpan.FromSeconds(5), stop);
            Stream stream = client.GetStream();
            if (options.Ssl)
            {
                SslStream secure = new(stream, leaveInnerStreamOpen: false, isTrusted);
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = options.SslHost ?? host }, stop);
                stream = secure;
            }

            RespConnection connection = new(client, stream);
            if (!string.IsNullOrEmpty(options.Password))
            {
                await connection.CallAsync(stop, "AUTH", options.Password);
            }

            return connection;
        }
        catch (Exception fault) when (fault is SocketException or IOException or TimeoutException or System.Security.Authentication.AuthenticationException)
        {
            client.Dispose();
            throw OpsException.Away("Redis", $"{host}:{port}", fault.Message);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _replies.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>Sends a command and reads its reply: a status, a number, or a bulk string.</summary>
    /// <exception cref="OpsException">Redis refuses.</exception>
    public async Task<string> CallAsync(CancellationToken stop, params string[] command)
    {
        await SendAsync(stop, command);
        string first = await ReadLineAsync(stop);
        return first.Length == 0 ? throw new IOException("Redis sent an empty reply.") : first[0] switch
        {
            '-' => throw new OpsException($"Redis refuses {command[0]}: {first[1..]}{HintFor(first)}"),
            '$' => Encoding.UTF8.GetString(await ReadBulkAsync(Number(first), stop)),
            _ => first[1..],
        };
    }

    private static string HintFor(string refusal) =>
        refusal.Contains("NOAUTH", StringComparison.Ordinal) || refusal.Contains("WRONGPASS", StringComparison.Ordinal) ? " Correct password=… in the address of Redis." : string.Empty;

    /// <summary>Sends a command; its reply is the caller's to read.</summary>
    public async Task SendAsync(CancellationToken stop, params string[] command)
    {
        StringBuilder request = new($"*{command.Length}\r\n");
        foreach (string part in command)
        {
            request.Append($"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), stop);
        await _stream.FlushAsync(stop);
    }

    /// <summary>Reads a line; empty lines, which a server at work sends so that nobody thinks it dead, are passed over.</summary>
    public async Task<string> ReadLineAsync(CancellationToken stop)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (true)
        {
            await ReadAsync(one, stop);
            switch (one[0])
            {
                case (byte)'\n' when line.Length > 0:
                    return line.ToString();
                case (byte)'\n' or (byte)'\r':
                    break;
                default:
                    line.Append((char)one[0]);
                    break;
            }
        }
    }

    /// <summary>Copies the next bytes.</summary>
    public async Task CopyAsync(long length, Stream destination, CancellationToken stop)
    {
        byte[] buffer = new byte[64 * 1024];
        while (length > 0)
        {
            int read = await ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), stop);
            await destination.WriteAsync(buffer.AsMemory(0, read), stop);
            length -= read;
        }
    }

    /// <summary>The number of <c>$123</c>.</summary>
    public static long Number(string header) => long.TryParse(header.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        ? number
        : throw new IOException($"Redis sent '{header}' in place of a length.");

    private async Task<byte[]> ReadBulkAsync(long length, CancellationToken stop)
    {
        if (length < 0)
        {
            return [];
        }

        byte[] text = new byte[length + 2];
        for (int at = 0; at < text.Length;)
        {
            at += await ReadAsync(text.AsMemory(at), stop);
        }

        return text[..^2];
    }

    private async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Silence);
        try
        {
            int read = await _replies.ReadAsync(buffer, limit.Token);
            return read > 0 ? read : throw new IOException("Redis closed the connection.");
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"Redis sent nothing for {Silence.TotalSeconds:0} s.", late);
        }
    }
}
