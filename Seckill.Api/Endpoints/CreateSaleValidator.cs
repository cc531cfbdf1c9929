using Seckill.Api.Contracts;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Core.Stock.Segments;

namespace Seckill.Api.Endpoints;

/// <summary>Reads a <see cref="CreateSale"/> and its parts, and lists every fault by field.</summary>
internal static class CreateSaleValidator
{
    private const int MaxNameLength = 200;
    private const decimal MaxPrice = 9_999_999_999.99m;
    private const int MaxStock = 10_000_000;
    private const int MaxPerUser = 100;

    /// <summary>The sale, or null and at least one fault.</summary>
    public static NewSale? Read(CreateSale body, Dictionary<string, string[]> errors)
    {
        SaleWindow window = ReadHead(body.Name, body.StartsAt, body.EndsAt, errors);
        List<SaleItem> items = ReadItems(body.Items ?? [], errors);
        IReadOnlyCollection<UserId>? eligible = body.Eligibility is null ? null : ReadUsers("eligibility.userIds", body.Eligibility.UserIds ?? [], errors);
        SaleId other = default;
        Check("eligibilityOf", body.EligibilityOf is null || SaleId.TryParse(body.EligibilityOf, out other), "The id of a sale.", errors);
        Check("eligibilityOf", body.EligibilityOf is null || body.Eligibility is null, "Either a list or the sale to copy it from.", errors);
        SaleAdmission admission = ReadAdmission(body.Admission, errors);
        return errors.Count > 0
            ? null
            : new NewSale(body.Name!, window, items, eligible) { Admission = admission, EligibleOf = body.EligibilityOf is null ? null : other, WarmUp = body.WarmUp ?? true };
    }

    /// <summary>The window; of no use when there is a fault.</summary>
    public static SaleWindow ReadHead(string? name, DateTimeOffset? startsAt, DateTimeOffset? endsAt, Dictionary<string, string[]> errors)
    {
        CheckName("name", name, errors);
        Check("endsAt", startsAt is not null && endsAt is not null && endsAt > startsAt, "startsAt and endsAt are needed, and endsAt must be later.", errors);
        return new SaleWindow(ToMilliseconds(startsAt ?? default), ToMilliseconds(endsAt ?? default));
    }

    /// <summary>The items; of no use when there is a fault.</summary>
    public static List<SaleItem> ReadItems(IReadOnlyList<CreateSaleItem?> rows, Dictionary<string, string[]> errors)
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
            Check($"items[{i}].buckets", row.Buckets is null or (>= 1 and <= StockSegments.MaxBuckets), $"1 to {StockSegments.MaxBuckets}.", errors);
            items.Add(new SaleItem(sku, row.Name ?? string.Empty, row.Price ?? 0, row.Stock ?? 0, row.PerUserLimit ?? 1) { Buckets = row.Buckets ?? 1 });
        }

        return items;
    }

    /// <summary>How the sale lets users in; of no use when there is a fault.</summary>
    public static SaleAdmission ReadAdmission(SaleAdmissionView? view, Dictionary<string, string[]> errors)
    {
        if (view is null)
        {
            return SaleAdmission.Unlimited;
        }

        int rate = view.RatePerSecond ?? 0;
        GrabTokenMode token = view.GrabToken ?? GrabTokenMode.None;
        int bits = view.ProofOfWorkBits ?? 0;
        Check("admission.ratePerSecond", rate is >= 0 and <= SaleAdmission.MaxRatePerSecond, $"0 (no limit) to {SaleAdmission.MaxRatePerSecond}.", errors);
        Check("admission.burst", view.Burst is null or (>= 1 and <= SaleAdmission.MaxRatePerSecond), $"1 to {SaleAdmission.MaxRatePerSecond}.", errors);
        Check("admission.burst", view.Burst is null || rate > 0, "Means nothing without ratePerSecond.", errors);
        Check("admission.grabToken", Enum.IsDefined(token), "none, required or single-use.", errors);
        Check("admission.proofOfWorkBits", bits is >= 0 and <= SaleAdmission.MaxProofOfWorkBits, $"0 (none) to {SaleAdmission.MaxProofOfWorkBits}.", errors);
        Check("admission.proofOfWorkBits", bits == 0 || token is not GrabTokenMode.None, "Is asked for with a grab token only.", errors);
        Check("admission.waitingRoom", view.WaitingRoom is null || token is not GrabTokenMode.None, "Stands before the grab tokens: only with grabToken required or single-use.", errors);
        return new SaleAdmission
        {
            RatePerSecond = rate,
            Burst = rate > 0 ? view.Burst ?? rate : 0,
            GrabToken = token,
            ProofOfWorkBits = bits,
            WaitingRoom = ReadWaitingRoom(view.WaitingRoom, errors),
        };
    }

    private static SaleWaitingRoom? ReadWaitingRoom(SaleWaitingRoomView? view, Dictionary<string, string[]> errors)
    {
        if (view is null)
        {
            return null;
        }

        int rate = view.AdmitPerSecond ?? 0;
        int size = view.MaxWaiting ?? SaleWaitingRoom.DefaultMaxWaiting;
        Check("admission.waitingRoom.admitPerSecond", rate is >= 1 and <= SaleWaitingRoom.MaxAdmitPerSecond, $"1 to {SaleWaitingRoom.MaxAdmitPerSecond}.", errors);
        Check("admission.waitingRoom.maxWaiting", size is >= 1 and <= SaleWaitingRoom.MostWaiting, $"1 to {SaleWaitingRoom.MostWaiting}.", errors);
        return new SaleWaitingRoom(rate, size);
    }

    /// <summary>The users, each once; of no use when there is a fault.</summary>
    public static HashSet<UserId> ReadUsers(string field, IReadOnlyList<string?> texts, Dictionary<string, string[]> errors)
    {
        HashSet<UserId> users = [];
        Check(field, texts.Count is >= 1 and <= SaleStore.MaxEligible, $"1 to {SaleStore.MaxEligible} users.", errors);
        for (int i = 0; i < texts.Count && errors.Count == 0; i++)
        {
            Check($"{field}[{i}]", UserId.TryParse(texts[i], out UserId user), "1 to 64 letters, digits or -_.@|+", errors);
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
