using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Payments.Sandbox;

/// <summary>How the sandbox gateway behaves.</summary>
public sealed record SandboxOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:PaymentSandbox";

    /// <summary>Where callbacks go: <c>http://api/api/v1/payments/callbacks</c>. Default none: then every callback is lost, and the saga polls.</summary>
    public Uri? CallbackUrl { get; set; }

    /// <summary>How long a charge or refund takes to be decided, 0 to 10 min. Default 400 ms, as a card network takes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Charges declined, percent, 0 to 100. Default 0.</summary>
    [Range(0, 100)]
    public int DeclinedPercent { get; set; }

    /// <summary>Decisions whose callback is sent twice, percent, 0 to 100. Default 0.</summary>
    [Range(0, 100)]
    public int DuplicatedPercent { get; set; }

    /// <summary>Decisions whose callback is never sent, percent, 0 to 100. Default 0. Drawn before <see cref="DuplicatedPercent"/>.</summary>
    [Range(0, 100)]
    public int LostPercent { get; set; }
}
