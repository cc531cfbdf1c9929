namespace Seckill.Api.Contracts;

/// <summary>A sale's new name and window, while it has not begun, and its new items, while they are not fixed.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="StartsAt">When its window begins.</param>
/// <param name="EndsAt">When it ends, later.</param>
/// <param name="Items">In place of all that it has: 1 to 50, SKUs distinct. Absent: they stay. Once warm-up has begun only those that it has are taken.</param>
public sealed record EditSale(string? Name, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, IReadOnlyList<CreateSaleItem?>? Items = null);
