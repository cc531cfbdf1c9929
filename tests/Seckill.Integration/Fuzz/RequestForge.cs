using System.Text;
using System.Text.Json;

namespace Seckill.Integration.Fuzz;

/// <summary>Makes requests that are wrong somewhere: in the path, the body, the token, the headers, or in how HTTP itself is written. None of them may change anything.</summary>
/// <param name="document">The Api's OpenAPI document.</param>
/// <param name="tokens">Tokens that are good: a buyer's, an operator's.</param>
/// <param name="knownSale">A sale that there is.</param>
/// <param name="random">Decides everything; the same seed makes the same requests.</param>
internal sealed class RequestForge(JsonElement document, string[] tokens, string knownSale, Random random)
{
    // No such thing can be anybody's id.
    private static readonly string[] Ids =
    [
        "a%20b", "%00", "%F0%9F%92%A3", "%2e%2e%2f%2e%2e%2fetc", "%25", "'%20OR%201=1", "%E2%80%AE", "a%0d%0aX-Injected:%201", "%3Cscript%3E", "%C3%28", "~", "*", "%ED%A0%80", ";", "%5C",
    ];

    private static readonly string[] Queries = ["-1", "0", "99999999999999999999", "x", "", "%00", "1&limit=2", "%C3%28", "1e9", "a%20b", "null", "true"];

    private static readonly string[] Headers =
    [
        "X-Forwarded-For: 1.2.3.4, 5.6.7.8", "X-Forwarded-For: \"", "X-Grab-Token: x", "X-Grab-Token: ....", "Idempotency-Key: ", "Idempotency-Key: \u0001", "Origin: null", "Accept: ;;;", "Accept-Encoding: x",
        "Content-Encoding: gzip", "Cookie: a=b; =; ;", "Range: bytes=0-,5-", "If-None-Match: *", "If-Match: \"x", "traceparent: 00-0-0-0", "traceparent: 00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff",
        "Expect: nothing", "Upgrade: websocket", "Content-Type: text/plain", "Content-Type: application/json; charset=latin1",
    ];

    private readonly IReadOnlyList<ApiOperation> _operations = ApiOperation.ReadAll(document);
    private readonly JsonForge _json = new(document, random);

    public ForgedRequest Next()
    {
        ApiOperation operation = _operations[random.Next(_operations.Count)];
        string? token = Token();
        bool isTrusted = Array.IndexOf(tokens, token) >= 0;

        // Whoever has every right, and sends what needs no body, may name only what cannot be there.
        bool mayName = !operation.Changes || operation.Body is not null || !isTrusted;
        StringBuilder head = new($"{operation.Method} {Target(operation, mayName)} HTTP/1.1\r\nHost: localhost\r\n");
        if (token is not null)
        {
            head.Append($"Authorization: Bearer {token}\r\n");
        }

        foreach (string name in operation.Headers.Where(_ => random.Next(2) == 0))
        {
            head.Append($"{name}: {Queries[random.Next(4)]}\r\n");
        }

        for (int i = random.Next(3); i > 0; i--)
        {
            head.Append($"{Headers[random.Next(Headers.Length)]}\r\n");
        }

        byte[] body = operation.Body is { } schema ? _json.Make(schema) : operation.Changes && random.Next(4) == 0 ? [(byte)'{'] : [];
        if (body.Length > 0)
        {
            head.Append("Content-Type: application/json\r\n");
        }

        return random.Next(25) == 0 ? Broken(head.ToString(), body) : Whole(head, body);
    }

    private static ForgedRequest Whole(StringBuilder head, byte[] body) => new([.. Encoding.Latin1.GetBytes($"{head}Content-Length: {body.Length}\r\n\r\n"), .. body], IsHttp: true);

    // Where HTTP itself is broken there may be an answer or none.
    private ForgedRequest Broken(string head, byte[] body) => new(random.Next(9) switch
    {
        0 => [.. Encoding.Latin1.GetBytes($"{head}Content-Length: -1\r\n\r\n"), .. body],
        1 => [.. Encoding.Latin1.GetBytes($"{head}Content-Length: {body.Length + 100}\r\n\r\n"), .. body],
        2 => [.. Encoding.Latin1.GetBytes($"{head}Content-Length: {body.Length}\r\nContent-Length: 7\r\n\r\n"), .. body],
        3 => Encoding.Latin1.GetBytes($"{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        4 => Encoding.Latin1.GetBytes($"{head}X-Long: {new string('a', 40_000)}\r\n\r\n"),
        5 => Encoding.Latin1.GetBytes($"{head}No colon here\r\n\r\n"),
        6 => Encoding.Latin1.GetBytes(head.Replace("HTTP/1.1", "HTTP/1.1 x", StringComparison.Ordinal) + "\r\n"),
        7 => Encoding.Latin1.GetBytes(head[..random.Next(head.Length)]),
        _ => Noise(),
    }, IsHttp: false);

    private byte[] Noise()
    {
        byte[] noise = new byte[random.Next(1, 2_000)];
        random.NextBytes(noise);
        return noise;
    }

    private string Target(ApiOperation operation, bool mayName)
    {
        string path = string.Join('/', operation.Path.Split('/').Select(segment => segment.StartsWith('{') ? Id(segment, mayName) : segment));
        IEnumerable<string> queries = operation.Queries.Where(_ => random.Next(2) == 0).Select(name => $"{name}={Queries[random.Next(Queries.Length)]}");
        string query = string.Join('&', queries);
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    private string Id(string parameter, bool mayName) => mayName && parameter == "{saleId}" && random.Next(2) == 0 ? knownSale
        : random.Next(30) == 0 ? new string('s', 300)
        : Ids[random.Next(Ids.Length)];

    private string? Token() => random.Next(10) switch
    {
        0 => null,
        1 => "garbage",
        2 => $"{tokens[0]}x",
        3 => new string('A', random.Next(1, 6_000)),
        _ => tokens[random.Next(tokens.Length)],
    };
}
