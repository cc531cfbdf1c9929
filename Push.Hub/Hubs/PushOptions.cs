using System.ComponentModel.DataAnnotations;

namespace Push.Hub.Hubs;

/// <summary>What one connection may ask for, and who may connect.</summary>
public sealed record PushOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Hub";

    /// <summary>Origins of pages that may connect from a browser, for example <c>https://shop.example</c>. Default none: only pages of the hub's own origin.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Sales watched by one connection at a time, 1 to 256. Default 16.</summary>
    [Range(1, 256)]
    public int MaxWatchedSales { get; set; } = 16;

    /// <summary>Longest message of a client in bytes, 1 to 64 KiB. Default 4 KiB: a call with its longest arguments is under 300 bytes. Over it the connection is closed.</summary>
    [Range(1024, 64 * 1024)]
    public int MaxClientMessageBytes { get; set; } = 4 * 1024;

    /// <summary>Calls (<c>Ack</c>, <c>Watch</c>, <c>Unwatch</c>) at once, 1 to 10,000. Default 200; refilled by a quarter each second.</summary>
    [Range(1, 10_000)]
    public int CallBurst { get; set; } = 200;

    /// <summary>Resumes at once, 1 to 1,000. Default 8; one more each second. A client resumes once per connection.</summary>
    [Range(1, 1_000)]
    public int ResumeBurst { get; set; } = 8;

    /// <summary>Refused calls after which the connection is closed, 1 to 10,000. Default 50.</summary>
    [Range(1, 10_000)]
    public int MaxRefusals { get; set; } = 50;
}
