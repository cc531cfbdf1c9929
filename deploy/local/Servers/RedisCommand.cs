using System.Net.Sockets;
using System.Text;

namespace Seckill.Local.Servers;

/// <summary>One command on a connection of its own: for what a server's owner does to it, which no pooled client allows.</summary>
internal static class RedisCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<string> SendAsync(int port, string[] command)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync("127.0.0.1", port, limit.Token);
            NetworkStream stream = client.GetStream();
            StringBuilder request = new($"*{command.Length}\r\n");
            foreach (string part in command)
            {
                request.Append($"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), limit.Token);
            using StreamReader reader = new(stream, Encoding.Latin1);
            string first = await reader.ReadLineAsync(limit.Token) ?? throw new IOException("The connection was closed.");
            return first[0] switch
            {
                '-' => throw new ServerFailedException($"Redis answered {command[0]} with {first[1..]}."),
                '$' when first != "$-1" => await ReadAsync(reader, int.Parse(first[1..]), limit.Token),
                _ => first[1..],
            };
        }
        catch (Exception fault) when (fault is SocketException or IOException or OperationCanceledException)
        {
            throw new ServerFailedException($"Redis on port {port} did not answer {command[0]}: {fault.Message}", fault);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, int length, CancellationToken stop)
    {
        char[] text = new char[length];
        await reader.ReadBlockAsync(text, stop);
        return new string(text);
    }
}
