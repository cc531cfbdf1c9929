using System.Text;

namespace Seckill.Integration.Fuzz;

/// <summary>Makes frames that no client of the hub would send.</summary>
/// <param name="random">Decides everything; the same seed makes the same frames.</param>
internal sealed class FrameForge(Random random)
{
    private const char End = '\u001e';

    private static readonly string[] Methods = ["Resume", "Ack", "Watch", "Unwatch", "Grab", "Receive", "", "resume", "OnConnectedAsync", "Dispose", "ToString", "💣"];
    private static readonly string[] Arguments =
    [
        "null", "-1", "0", "9223372036854775807", "9223372036854775808", "1e400", "\"x\"", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[[[[]]]]", "true", "\"9223372036854775807\"", "\"-1\"", "1.5", "\"' OR 1=1\"",
    ];

    private static readonly string[] Handshakes =
    [
        "{\"protocol\":\"json\",\"version\":99}", "{\"protocol\":\"nothing\",\"version\":1}", "{\"protocol\":\"messagepack\",\"version\":1}", "{}", "[]", "null", "{\"protocol\":1}", "{\"protocol\":\"json\"", "\u001e",
    ];

    /// <summary>A first frame; one in four is wrong already.</summary>
    public byte[] Handshake() => Encoding.UTF8.GetBytes((random.Next(4) == 0 ? Handshakes[random.Next(Handshakes.Length)] : "{\"protocol\":\"json\",\"version\":1}") + End);

    /// <summary>Any further frame.</summary>
    public byte[] Next()
    {
        switch (random.Next(12))
        {
            case 0:
                byte[] noise = new byte[random.Next(1, 500)];
                random.NextBytes(noise);
                return noise;
            case 1:
                return Encoding.UTF8.GetBytes($"{{\"type\":{random.Next(-2, 12)}}}{End}");
            case 2:
                return Encoding.UTF8.GetBytes($"{{\"type\":3,\"invocationId\":\"{random.Next(9)}\",\"result\":{Argument()}}}{End}");
            case 3:
                return Encoding.UTF8.GetBytes($"{{\"type\":4,\"invocationId\":\"1\",\"target\":\"Resume\",\"arguments\":[{Argument()}]}}{End}");
            case 4:
                return Encoding.UTF8.GetBytes($"{new string('{', random.Next(1, 4_000))}{End}");
            case 5:
                return Encoding.UTF8.GetBytes($"{{\"type\":1,\"target\":\"{new string('R', random.Next(60_000))}\",\"arguments\":[]}}{End}");
            case 6:
                return Encoding.UTF8.GetBytes($"{End}{End}{End}");
            default:
                string id = random.Next(3) == 0 ? "" : $"\"invocationId\":{(random.Next(5) == 0 ? "1" : "\"1\"")},";
                return Encoding.UTF8.GetBytes(
                    $"{{\"type\":1,{id}\"target\":\"{Methods[random.Next(Methods.Length)]}\",\"arguments\":[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Argument()))}]}}{End}");
        }
    }

    private string Argument() => Arguments[random.Next(Arguments.Length)];
}
