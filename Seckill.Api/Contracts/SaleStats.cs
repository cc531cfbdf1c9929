using Seckill.Core.Ids;

namespace Seckill.Api.Contracts;

/// <summary>Counters of a sale. What cannot be asked now is null.</summary>
/// <param name="SaleId">The sale.</param>
/// <param name="Items">By item.</param>
/// <param name="Grabs">Grabs by outcome (<c>reserved</c>, or the name of the problem: <c>sold-out</c>, …), over all nodes, up to a second old.</param>
/// <param name="Orders">Orders by status.</param>
/// <param name="OutboxLength">Batches that await Kafka.</param>
/// <param name="ConsumerLag">Reservations in Kafka that are not orders yet.</param>
/// <param name="ServerTime">The server's clock.</param>
public sealed record SaleStats(
    SaleId SaleId, IReadOnlyList<ItemStats> Items, IReadOnlyDictionary<string, long>? Grabs, IReadOnlyDictionary<string, long>? Orders, long? OutboxLength, long? ConsumerLag,
    DateTimeOffset ServerTime);
