using Seckill.Api.Contracts;
using Seckill.Core.Ids;
using Seckill.Core.Sales;

namespace Seckill.Api.Endpoints;

/// <summary>Reads a <see cref="CreateSale"/>, and lists every fault by field.</summary>
internal static class CreateSaleValidator
{
    private const int MaxNameLength = 200;
    private const decimal MaxPrice = 9_999_999_999.99m;
    private const int MaxStock = 10_000_000;
    private const int MaxPerUser = 100;

    /// <summary>The sale, or null and at least one fault.</summary>
    public static NewSale? Read(CreateSale body, Dictionary<string, string[]> errors)
    {
        CheckName("name", body.Name, errors);
        if (body.StartsAt is null || body.EndsAt is null || body.EndsAt <= body.StartsAt)
        {
            errors["endsAt"] = ["startsAt and endsAt are needed, and endsAt must be later."];
        }

        List<SaleItem> items = ReadItems(body.Items ?? [], errors);
        IReadOnlyCollection<UserId>? eligible = body.Eligibility is null ? null : ReadUsers(body.Eligibility.UserIds ?? [], errors);
        return errors.Count > 0
            ? null
            : new NewSale(body.Name!, new SaleWindow(ToMilliseconds(body.StartsAt!.Value), ToMilliseconds(body.EndsAt!.Value)), items, eligible);
    }

    private static List<SaleItem> ReadItems(IReadOnlyList<CreateSaleItem?> rows, Dictionary<string, string[]> errors)
    {
        if (rows.Count is 0 or > SaleStore.MaxItems)
        {
            errors["items"] = [$"1 to {SaleStore.MaxItems} items."];
            return [];
        }

        List<SaleItem> items = [];
        HashSet<SkuId> seen = [];
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not { } row)
            {
                errors[$"items[{i}]"] = ["Must not be null."];
                continue;
            }

            if (!SkuId.TryParse(row.SkuId, out SkuId sku))
            {
                errors[$"items[{i}].skuId"] = ["1 to 64 letters, digits or -_.@|+"];
            }
            else if (!seen.Add(sku))
            {
                errors[$"items[{i}].skuId"] = ["Stands twice in this sale."];
            }

            CheckName($"items[{i}].name", row.Name, errors);
            Check($"items[{i}].price", row.Price is >= 0 and <= MaxPrice && decimal.Round(row.Price.Value, 2) == row.Price, $"0 to {MaxPrice}, at most two decimals.", errors);
            Check($"items[{i}].stock", row.Stock is >= 1 and <= MaxStock, $"1 to {MaxStock} units.", errors);
            Check($"items[{i}].perUserLimit", row.PerUserLimit is null or (>= 1 and <= MaxPerUser), $"1 to {MaxPerUser} units.", errors);
            items.Add(new SaleItem(sku, row.Name ?? string.Empty, row.Price ?? 0, row.Stock ?? 0, row.PerUserLimit ?? 1));
        }

        return items;
    }

    private static HashSet<UserId> ReadUsers(IReadOnlyList<string?> texts, Dictionary<string, string[]> errors)
    {
        HashSet<UserId> users = [];
        Check("eligibility.userIds", texts.Count is >= 1 and <= SaleStore.MaxEligible, $"1 to {SaleStore.MaxEligible} users.", errors);
        for (int i = 0; i < texts.Count && errors.Count == 0; i++)
        {
            Check($"eligibility.userIds[{i}]", UserId.TryParse(texts[i], out UserId user), "1 to 64 letters, digits or -_.@|+", errors);
            users.Add(user);
        }

        return users;
    }

    private static void CheckName(string field, string? name, Dictionary<string, string[]> errors) =>
        Check(field, !string.IsNullOrWhiteSpace(name) && name.Length <= MaxNameLength, $"1 to {MaxNameLength} characters.", errors);

    private static void Check(string field, bool valid, string message, Dictionary<string, string[]> errors)
    {
        if (!valid)
        {
            errors[field] = [message];
        }
    }

    // As the columns keep them, so that the copy in Redis and MySQL agree.
    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
