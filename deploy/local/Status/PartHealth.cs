namespace Seckill.Local.Status;

/// <summary>How one part of the stack is.</summary>
/// <param name="Part">For example <c>redis</c>.</param>
/// <param name="State"><c>healthy</c>, <c>degraded</c>, <c>unhealthy</c> or <c>away</c>.</param>
/// <param name="Pid">Its process; null when somebody else runs it.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Reason">Why, in a few words.</param>
internal sealed record PartHealth(string Part, string State, int? Pid, string Address, string Reason)
{
    public const string Healthy = "healthy";
    public const string Away = "away";
}
