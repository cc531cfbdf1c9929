using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Limits;

/// <summary>What one connection, and all of them, may take from a host before it is cut. What users may ask of the engine is bounded elsewhere: docs/admission.md, docs/push-protocol.md.</summary>
public sealed record HttpLimitOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Limits";

    /// <summary>Connections of a node that are no WebSockets, 1 to 1,000,000; one more is closed at once. Default 100,000, about 1 GB of memory when all are there: <c>ulimit -n</c> is usually the nearer bound.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 100_000;

    /// <summary>How long a request's line and headers may take to arrive, 1 s to 5 minutes. Default 10 s: even a phone in a tunnel sends a few hundred bytes in one packet.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between two requests, 1 s to 1 hour. Default 130 s: longer than the proxies before us keep theirs (60 s as a rule), or they would send into one that is just being closed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>Slowest that a body may arrive and an answer be taken, bytes a second after <see cref="DataRateGrace"/>, 1 to 1,000,000. Default 240.</summary>
    [Range(1, 1_000_000)]
    public int MinBytesPerSecond { get; set; } = 240;

    /// <summary>How long a transfer may be slower, 2 s to 1 minute. Default 5 s. The server looks once a second, hence the least value.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:01:00")]
    public TimeSpan DataRateGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>All headers of a request, bytes, 4,096 to 65,536. Default 16,384: a bearer token has some 400.</summary>
    [Range(4_096, 65_536)]
    public int MaxHeaderBytes { get; set; } = 16_384;

    /// <summary>Headers of a request, 16 to 1,000. Default 64: a browser behind two proxies sends about 30.</summary>
    [Range(16, 1_000)]
    public int MaxHeaders { get; set; } = 64;

    /// <summary>A body where an endpoint does not say otherwise, bytes, 1,024 to 1,048,576. Default 65,536. More is refused with 413.</summary>
    [Range(1_024, 1_048_576)]
    public int MaxBodyBytes { get; set; } = 65_536;

    /// <summary>Requests under way on one HTTP/2 connection, 1 to 1,000. Default 100, as RFC 9113 recommends at least.</summary>
    [Range(1, 1_000)]
    public int MaxStreamsPerConnection { get; set; } = 100;
}
