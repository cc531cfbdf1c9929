namespace Seckill.Integration.WaitingRooms;

/// <summary>The clock of a node that is off; its timestamps run as they should.</summary>
internal sealed class SkewedTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
