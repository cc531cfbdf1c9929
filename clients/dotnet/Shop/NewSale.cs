namespace Seckill.Client.Shop;

/// <summary>A sale to create.</summary>
/// <param name="Name">Shown on the page.</param>
/// <param name="StartsAt">When grabs begin.</param>
/// <param name="EndsAt">When they end.</param>
/// <param name="Items">What is sold.</param>
/// <param name="Admission">How it lets users in; null: everyone may grab at once.</param>
public sealed record NewSale(string Name, DateTimeOffset StartsAt, DateTimeOffset EndsAt, IReadOnlyList<NewSaleItem> Items, NewSaleAdmission? Admission = null);
