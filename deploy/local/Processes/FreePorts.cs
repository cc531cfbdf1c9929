using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Seckill.Local.Processes;

/// <summary>Finds TCP ports on 127.0.0.1 that nobody uses.</summary>
/// <remarks>
/// Ports come from below the kernel's ephemeral range (32768 and up on Linux). A port of that range could be taken by any outgoing connection while its
/// server restarts, and a crowd of clients makes thousands of those. Random picks keep stacks of different clones apart; each port is given out once per process.
/// </remarks>
public static class FreePorts
{
    private const int First = 15_000;
    private const int AfterLast = 32_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    /// <summary>A free port that this process has not been given before.</summary>
    /// <exception cref="InvalidOperationException">None found in 1,000 tries.</exception>
    public static int Next()
    {
        for (int attempt = 0; attempt < 1_000; attempt++)
        {
            int port = RandomNumberGenerator.GetInt32(First, AfterLast);
            lock (Gate)
            {
                if (Given.Add(port) && IsFree(port))
                {
                    return port;
                }
            }
        }
        throw new InvalidOperationException($"No free TCP port between {First} and {AfterLast} on 127.0.0.1.");
    }

    /// <summary>True when the port can be bound on 127.0.0.1 now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
