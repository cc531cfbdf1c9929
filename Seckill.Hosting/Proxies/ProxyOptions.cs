using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Proxies;

/// <summary>Whose word counts about where a request comes from.</summary>
public sealed record ProxyOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Proxies";

    /// <summary>
    /// Addresses (<c>10.0.0.7</c>) and networks (<c>10.1.0.0/16</c>) of the proxies in front of this node. Default: none, and <c>X-Forwarded-For</c> and <c>-Proto</c> are ignored, since anybody can write them.
    /// With none, every user behind a proxy has the proxy's address.
    /// </summary>
    public IList<string> Known { get; set; } = [];

    /// <summary>
    /// Proxies that a request passes, 1 to 16: so many addresses are read from the end of <c>X-Forwarded-For</c>, each only while the one before is known. Default 1, one balancer.
    /// </summary>
    [Range(1, 16)]
    public int ForwardLimit { get; set; } = 1;
}
