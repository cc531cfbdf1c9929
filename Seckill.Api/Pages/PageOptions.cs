namespace Seckill.Api.Pages;

/// <summary>What the pages are told about the world around them.</summary>
public sealed record PageOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Seckill:Pages";

    /// <summary>
    /// Absolute address of the push hub as a browser sees it, for example <c>http://127.0.0.1:5081/hubs/push</c>.
    /// Default: none, which means <c>/hubs/push</c> on the pages' own origin, as behind one reverse proxy.
    /// </summary>
    public Uri? HubUrl { get; set; }
}
