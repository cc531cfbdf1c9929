namespace Seckill.Local.Telemetry;

/// <summary>A span as an exporter sent it.</summary>
/// <param name="Service">The resource's <c>service.name</c>.</param>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="SpanId">16 hex digits.</param>
/// <param name="ParentId">16 hex digits; empty for the first span of a trace.</param>
/// <param name="Name">Its name.</param>
/// <param name="StartedAtNs">Unix time in nanoseconds.</param>
/// <param name="EndedAtNs">Unix time in nanoseconds.</param>
/// <param name="Tags">Its attributes as text.</param>
public sealed record ReceivedSpan(string Service, string TraceId, string SpanId, string ParentId, string Name, ulong StartedAtNs, ulong EndedAtNs, IReadOnlyDictionary<string, string> Tags);
