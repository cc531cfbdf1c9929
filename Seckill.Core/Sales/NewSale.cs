using Seckill.Core.Ids;

namespace Seckill.Core.Sales;

/// <summary>A sale to be made.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Window">Ends after it starts.</param>
/// <param name="Items">1 to <see cref="SaleStore.MaxItems"/>, SKUs distinct.</param>
/// <param name="Eligible">Null: everyone may grab. Else only these users, at most <see cref="SaleStore.MaxEligible"/>.</param>
public sealed record NewSale(string Name, SaleWindow Window, IReadOnlyList<SaleItem> Items, IReadOnlyCollection<UserId>? Eligible)
{
    /// <summary>The restricted sale whose list of users is copied, however long it is, in place of <see cref="Eligible"/>; null for none.</summary>
    public SaleId? EligibleOf { get; init; }

    /// <summary>How it lets users in.</summary>
    public SaleAdmission Admission { get; init; } = SaleAdmission.Unlimited;

    /// <summary>False: its stock is brought into Redis later, and its items may be changed until then. It is warmed up when it is opened by hand, and otherwise <see cref="SaleWarmer.Lead"/> before its window.</summary>
    public bool WarmUp { get; init; } = true;
}
