namespace Seckill.Api.Contracts;

/// <summary>Who may grab.</summary>
/// <param name="UserIds">1 to 10,000 users.</param>
public sealed record Eligibility(IReadOnlyList<string?>? UserIds);
