namespace Seckill.Api.Contracts;

/// <summary>A sale's new name and window, while it has not begun.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="StartsAt">When its window begins.</param>
/// <param name="EndsAt">When it ends, later.</param>
public sealed record EditSale(string? Name, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt);
