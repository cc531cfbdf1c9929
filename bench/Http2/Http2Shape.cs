namespace Seckill.Benchmarks.Http2;

/// <summary>How requests come: all shapes of a run have the same number under way.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="IsHttp2">False: HTTP/1.1.</param>
/// <param name="Connections">Kept open.</param>
/// <param name="Streams">Requests under way on each.</param>
internal sealed record Http2Shape(string Name, bool IsHttp2, int Connections, int Streams);
