namespace Seckill.Core.Payments;

/// <summary>The delays that payment deadlines can have. Each has a topic of its own, so that a topic is ordered by due time.</summary>
public static class PaymentDeadlines
{
    /// <summary>10 s (tests and demonstrations), 1, 5, 15 and 30 minutes.</summary>
    public static IReadOnlyList<TimeSpan> Tiers { get; } =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)];
}
