namespace Seckill.Core.Sales;

/// <summary>The waiting room of one sale. Immutable; JSON in MySQL and in the copy that nodes read.</summary>
/// <param name="AdmitPerSecond">Users admitted per second over all nodes, 1 to <see cref="MaxAdmitPerSecond"/>; as many at once after a second without anybody.</param>
/// <param name="MaxWaiting">Users who may wait at a time, 1 to <see cref="MostWaiting"/>; a further one is refused by name, and nobody is put out for him.</param>
public sealed record SaleWaitingRoom(int AdmitPerSecond, int MaxWaiting)
{
    /// <summary>Fastest room: 10,000 users a second. Faster ones need a limit of grabs, not of people.</summary>
    public const int MaxAdmitPerSecond = 10_000;

    /// <summary>Largest room: 1,000,000 users, 250 MB of Redis.</summary>
    public const int MostWaiting = 1_000_000;

    /// <summary>Users who may wait where a sale does not say: 100,000, 25 MB of Redis.</summary>
    public const int DefaultMaxWaiting = 100_000;
}
