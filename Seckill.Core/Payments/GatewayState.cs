namespace Seckill.Core.Payments;

/// <summary>What a gateway says of a charge.</summary>
public enum GatewayState
{
    /// <summary>Being decided.</summary>
    Charging = 0,

    /// <summary>The money was taken.</summary>
    Captured = 1,

    /// <summary>No money was taken, and none will be.</summary>
    Declined = 2,

    /// <summary>The money is on its way back.</summary>
    Refunding = 3,

    /// <summary>The money went back.</summary>
    Refunded = 4,
}
