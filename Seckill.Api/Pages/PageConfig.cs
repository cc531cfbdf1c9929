namespace Seckill.Api.Pages;

/// <summary>The body of <c>GET /config.json</c>.</summary>
/// <param name="HubUrl">Address of the push hub, absolute or relative to the page.</param>
/// <param name="Development">True where <c>POST /api/v1/dev/tokens</c> exists, so that a page may sign its visitor in by itself.</param>
public sealed record PageConfig(string HubUrl, bool Development);
