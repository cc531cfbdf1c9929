using Seckill.Core.Resilience;

namespace Seckill.Core.Payments;

/// <summary>What stands between the saga and the payment gateway. Every call may be repeated: it names the payment, and the gateway does each thing once.</summary>
/// <remarks>
/// Defaults: <c>Timeout</c> 5 s, half of the time for which a Worker has a step to itself (<see cref="PaymentOptions.StepLease"/>); <c>Retries</c> 1 after 200 ms, for the saga itself comes back with growing
/// pauses; <c>SlowAfter</c> 3 s; half (<c>FailureRatio</c>) of at least 10 calls (<c>MinimumCalls</c>) in 30 s (<c>SamplingWindow</c>): there are fewer calls than to a database; <c>BreakFor</c> 5 s, in which the
/// saga puts its payments off; <c>MaxConcurrent</c> 32, for gateways limit their callers; <c>MaxQueued</c> 256, as many as a Worker takes up at most (<see cref="PaymentOptions.MaxInFlight"/>).
/// </remarks>
public sealed record GatewayResilienceOptions : ResilienceOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Resilience:PaymentGateway";

    /// <summary>The defaults.</summary>
    public GatewayResilienceOptions()
    {
        Timeout = TimeSpan.FromSeconds(5);
        Retries = 1;
        RetryPause = TimeSpan.FromMilliseconds(200);
        SlowAfter = TimeSpan.FromSeconds(3);
        FailureRatio = 0.5;
        SamplingWindow = TimeSpan.FromSeconds(30);
        MinimumCalls = 10;
        BreakFor = TimeSpan.FromSeconds(5);
        MaxConcurrent = 32;
        MaxQueued = 256;
    }
}
