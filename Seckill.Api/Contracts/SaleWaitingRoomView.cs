namespace Seckill.Api.Contracts;

/// <summary>The waiting room of a sale.</summary>
/// <param name="AdmitPerSecond">Users admitted per second over all nodes, 1 to 10,000.</param>
/// <param name="MaxWaiting">Users who may wait at a time, 1 to 1,000,000; absent: 100,000.</param>
public sealed record SaleWaitingRoomView(int? AdmitPerSecond, int? MaxWaiting);
