namespace Seckill.Local.State;

/// <summary>URLs of <c>/metrics</c>.</summary>
public sealed record MetricsUrls(string Api, string Worker, string Hub);
