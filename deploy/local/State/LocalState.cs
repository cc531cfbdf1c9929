namespace Seckill.Local.State;

/// <summary>What <c>.local/state.json</c> holds while a stack runs: where everything is, for tools and people.</summary>
/// <param name="Api">Root URL of the Api.</param>
/// <param name="Hub">Root URL of the Hub; clients connect to <c>/hubs/push</c> below it.</param>
/// <param name="Redis"><c>host:port</c>.</param>
/// <param name="Kafka">Bootstrap list.</param>
/// <param name="Mysql">ADO.NET connection string.</param>
/// <param name="Metrics">Where each service's metrics are.</param>
/// <param name="Pids">Process ids.</param>
/// <param name="Demo">The demo sale.</param>
public sealed record LocalState(
    string Api, string Hub, string Redis, string Kafka, string Mysql, MetricsUrls Metrics, ProcessIds Pids, DemoIds Demo);
