using Seckill.Core.Sales;

namespace Seckill.Api.Contracts;

/// <summary>The kill-switch.</summary>
/// <param name="On">Whether it stops every sale.</param>
/// <param name="Who">The operator who threw it last; null when nobody ever did.</param>
/// <param name="At">When; null when nobody ever did.</param>
public sealed record KillSwitchView(bool On, string? Who, DateTimeOffset? At)
{
    internal static KillSwitchView Of(KillSwitchState state) => new(state.On, state.Who?.Value, state.At);
}
