namespace Seckill.Api.Contracts;

/// <summary>A sale to be made.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="StartsAt">When its window begins.</param>
/// <param name="EndsAt">When it ends, later.</param>
/// <param name="Items">1 to 50, SKUs distinct.</param>
/// <param name="Eligibility">Absent: everyone may grab.</param>
/// <param name="EligibilityOf">Id of a restricted sale whose list of users is copied, in place of <paramref name="Eligibility"/>; absent: none is.</param>
/// <param name="Admission">Absent: everyone may grab at once.</param>
/// <param name="WarmUp">False: its stock is brought into Redis later, and its items can be edited until then. Absent or true: at once.</param>
public sealed record CreateSale(
    string? Name, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, IReadOnlyList<CreateSaleItem?>? Items, Eligibility? Eligibility, string? EligibilityOf = null,
    SaleAdmissionView? Admission = null, bool? WarmUp = null);
