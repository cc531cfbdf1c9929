using Seckill.Core.Ids;

namespace Seckill.Core.Payments.Sandbox;

/// <summary>A row of the sandbox's books; Dapper fills it by constructor, column for column.</summary>
internal sealed record SandboxCharge(long payment_id, string reference, decimal amount, string state, sbyte declines, int copies, int callbacks)
{
    public const string Columns = "payment_id, reference, amount, state, declines, copies, callbacks";

    public string? Reason => state == "declined" ? "card-declined" : null;

    public GatewayReport ToReport() => new(new PaymentId(payment_id), StateOf(state), amount, reference, Reason);

    private static GatewayState StateOf(string text) => text switch
    {
        "charging" => GatewayState.Charging,
        "captured" => GatewayState.Captured,
        "declined" => GatewayState.Declined,
        "refunding" => GatewayState.Refunding,
        "refunded" => GatewayState.Refunded,
        _ => throw new FormatException($"sandbox_charges.state holds '{text}'."),
    };
}
