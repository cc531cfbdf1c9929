namespace Seckill.Api.Contracts;

/// <summary>The caller's orders.</summary>
/// <param name="Orders">Newest first, at most 100; reservations that are not written yet are among them.</param>
public sealed record OrderList(IReadOnlyList<OrderView> Orders);
