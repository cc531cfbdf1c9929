using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Seckill.Integration.Scripts;

/// <summary>Listens to every command that a server runs (<c>MONITOR</c>).</summary>
internal sealed partial class RedisMonitor : IDisposable
{
    private readonly TcpClient _connection;
    private readonly StreamReader _lines;

    private RedisMonitor(TcpClient connection)
    {
        _connection = connection;
        _lines = new StreamReader(connection.GetStream());
    }

    public static async Task<RedisMonitor> StartAsync(int port)
    {
        TcpClient connection = new();
        await connection.ConnectAsync("127.0.0.1", port);
        RedisMonitor monitor = new(connection);
        await connection.GetStream().WriteAsync("MONITOR\r\n"u8.ToArray());
        string? answer = await monitor._lines.ReadLineAsync();
        return answer == "+OK" ? monitor : throw new InvalidOperationException($"MONITOR was answered '{answer}'.");
    }

    /// <summary>The next call of a script: its keys and arguments. Calls of others are passed over.</summary>
    public async Task<(string[] Keys, string[] Arguments)> NextCallAsync(string sha1)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            string line = await _lines.ReadLineAsync(deadline.Token) ?? throw new InvalidOperationException("The server has closed the connection.");
            string[] words = [.. Word().Matches(line).Select(match => Escape().Replace(match.Groups["text"].Value, escaped => escaped.Groups["c"].Value))];
            if (words.Length > 2 && words[0].Equals("EVALSHA", StringComparison.OrdinalIgnoreCase) && words[1].Equals(sha1, StringComparison.OrdinalIgnoreCase))
            {
                int keys = int.Parse(words[2]);
                return (words[3..(3 + keys)], words[(3 + keys)..]);
            }
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _connection.Dispose();
    }

    [GeneratedRegex("""
        "(?<text>([^"\\]|\\.)*)"
        """, RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Word();

    // Enough for what our calls carry: quotes and backslashes of JSON.
    [GeneratedRegex(@"\\(?<c>.)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Escape();
}
