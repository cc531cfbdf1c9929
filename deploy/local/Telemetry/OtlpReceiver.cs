using System.Collections.Concurrent;
using System.Net;
using Seckill.Local.Processes;

namespace Seckill.Local.Telemetry;

/// <summary>Stands in for a collector: takes what OTLP exporters post over HTTP (protobuf), and keeps the latest spans for tests to look at.</summary>
/// <remarks>Bounds: <see cref="MaxSpans"/> spans, the oldest go first; <see cref="MaxBody"/> for one request, more is refused. What it cannot read it answers with 400 and counts as <see cref="Refused"/>.</remarks>
public sealed class OtlpReceiver : IAsyncDisposable
{
    /// <summary>Spans kept.</summary>
    public const int MaxSpans = 20_000;

    /// <summary>Bytes of a request: 16 MiB, far above a batch of spans.</summary>
    public const int MaxBody = 16 * 1024 * 1024;

    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentDictionary<string, bool> _metrics = new();
    private readonly Task _loop;
    private long _received;
    private long _refused;

    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    public OtlpReceiver()
        : this(FreePorts.Next())
    {
    }

    /// <summary>Listens on a port of 127.0.0.1, as a collector that comes back does.</summary>
    /// <param name="port">The port.</param>
    public OtlpReceiver(int port)
    {
        Url = new Uri($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _loop = ListenAsync();
    }

    /// <summary>What an exporter is told as its endpoint.</summary>
    public Uri Url { get; }

    /// <summary>The latest spans, in the order in which they came.</summary>
    public IReadOnlyCollection<ReceivedSpan> Spans => _spans;

    /// <summary>Names of all metrics that ever came.</summary>
    public ICollection<string> Metrics => _metrics.Keys;

    /// <summary>Spans that came, those that are no longer kept included.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Requests that could not be read.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task ListenAsync()
    {
        while (true)
        {
            HttpListenerContext request;
            try
            {
                request = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await AnswerAsync(request);
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
            {
                // Whoever sent it was killed in the middle.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext request)
    {
        request.Response.StatusCode = await TakeAsync(request.Request);
        request.Response.ContentType = "application/x-protobuf";
        request.Response.Close();
    }

    private async Task<int> TakeAsync(HttpListenerRequest request)
    {
        if (request.ContentLength64 is < 0 or > MaxBody)
        {
            Interlocked.Increment(ref _refused);
            return (int)HttpStatusCode.RequestEntityTooLarge;
        }

        byte[] body = new byte[request.ContentLength64];
        await request.InputStream.ReadExactlyAsync(body);
        try
        {
            switch (request.Url?.AbsolutePath)
            {
                case "/v1/traces":
                    Keep(OtlpMessages.ReadSpans(body));
                    return (int)HttpStatusCode.OK;
                case "/v1/metrics":
                    OtlpMessages.ReadMetricNames(body).ForEach(name => _metrics.TryAdd(name, true));
                    return (int)HttpStatusCode.OK;
                default:
                    return (int)HttpStatusCode.NotFound;
            }
        }
        catch (FormatException)
        {
            Interlocked.Increment(ref _refused);
            return (int)HttpStatusCode.BadRequest;
        }
    }

    private void Keep(List<ReceivedSpan> spans)
    {
        Interlocked.Add(ref _received, spans.Count);
        foreach (ReceivedSpan span in spans)
        {
            _spans.Enqueue(span);
            if (_spans.Count > MaxSpans)
            {
                _spans.TryDequeue(out _);
            }
        }
    }
}
