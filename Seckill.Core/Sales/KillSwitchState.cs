using Seckill.Core.Ids;

namespace Seckill.Core.Sales;

/// <summary>How the kill-switch was left.</summary>
/// <param name="On">True: no sale takes grabs.</param>
/// <param name="Who">The operator who threw it; null when nobody ever did.</param>
/// <param name="At">When; null when nobody ever did.</param>
public sealed record KillSwitchState(bool On, UserId? Who, DateTimeOffset? At)
{
    /// <summary>Nobody has ever thrown it.</summary>
    public static KillSwitchState Never { get; } = new(false, null, null);
}
