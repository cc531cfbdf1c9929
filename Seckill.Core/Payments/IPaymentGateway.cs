using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>Whoever moves the money. Asked here, it answers later: by a signed callback (<see cref="PaymentCallbacks"/>), or when <see cref="FindAsync"/> asks.</summary>
/// <remarks>Every call is idempotent by payment id. The sandbox stands in for it; a real gateway takes its place in the container.</remarks>
/// <exception cref="GatewayUnavailableException">No answer: outcome unknown, repeat. From every method.</exception>
public interface IPaymentGateway
{
    /// <summary>Asks for the money; returns when the gateway has taken note, not when it has decided.</summary>
    Task ChargeAsync(GatewayCharge charge, CancellationToken stop);

    /// <summary>Asks to give the money of a captured charge back.</summary>
    Task RefundAsync(PaymentId payment, CancellationToken stop);

    /// <summary>Asks where a charge stands; null when the gateway has never heard of it.</summary>
    Task<GatewayReport?> FindAsync(PaymentId payment, CancellationToken stop);
}
