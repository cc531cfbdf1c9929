namespace Seckill.Api.Contracts;

/// <summary>Throws the kill-switch.</summary>
/// <param name="On">True stops every sale on every node; false lets those go on that their windows and hands allow.</param>
public sealed record KillSwitchOrder(bool? On);
