using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Resilience;

namespace Seckill.Core.Payments;

/// <summary>The gateway as the saga asks it: within time limits, once more after a fault, and not at all while its circuit is open. Thread-safe.</summary>
/// <remarks>
/// Whatever comes of it, the saga learns one thing, <see cref="GatewayUnavailableException"/>: where the charge stands is not known, come back later. So an open circuit can turn no charge into a refusal; a
/// payment is given up by its age alone (<see cref="PaymentOptions.GiveUpAfter"/>), and only after the gateway has said that it knows of none.
/// </remarks>
internal sealed class GuardedGateway(IPaymentGateway gateway, IOptions<GatewayResilienceOptions> options, TimeProvider time, ILogger<GuardedGateway> log) : IPaymentGateway, IDisposable
{
    private readonly DependencyPipeline _pipeline = new("payment-gateway", options.Value, static fault => fault is GatewayUnavailableException, time, log);

    /// <inheritdoc/>
    public Task ChargeAsync(GatewayCharge charge, CancellationToken stop) => AskAsync(
        async going =>
        {
            await gateway.ChargeAsync(charge, going);
            return true;
        },
        stop);

    /// <inheritdoc/>
    public Task RefundAsync(PaymentId payment, CancellationToken stop) => AskAsync(
        async going =>
        {
            await gateway.RefundAsync(payment, going);
            return true;
        },
        stop);

    /// <inheritdoc/>
    public Task<GatewayReport?> FindAsync(PaymentId payment, CancellationToken stop) => AskAsync(going => gateway.FindAsync(payment, going), stop);

    /// <inheritdoc/>
    public void Dispose() => _pipeline.Dispose();

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop)
    {
        try
        {
            return await _pipeline.RunAsync(ask, stop);
        }
        catch (Exception fault) when (fault is TimeoutException or DependencyNotAskedException)
        {
            throw new GatewayUnavailableException(fault.Message, fault);
        }
    }
}
