using System.ComponentModel.DataAnnotations;

namespace Seckill.Api.Rates;

/// <summary>How often one caller may ask a node for anything but a grab; grabs have limits of their own (docs/admission.md).</summary>
public sealed record RequestRateOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:RequestRates";

    /// <summary>Requests a second of one user, with twice as many at once, 10 to 1,000,000. Default 200: a page asks for a handful, a script of a partner's for some dozens.</summary>
    [Range(10, 1_000_000)]
    public int UserPerSecond { get; set; } = 200;

    /// <summary>
    /// Requests a second from one address without a good token, with twice as many at once, 10 to 1,000,000. Default 5,000: a whole campus may stand behind one address, and what is asked without a
    /// token is answered from memory. Behind a proxy that is not known (<c>Seckill:Proxies</c>) everybody has its address.
    /// </summary>
    [Range(10, 1_000_000)]
    public int AddressPerSecond { get; set; } = 5_000;
}
