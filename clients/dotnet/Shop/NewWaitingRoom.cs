namespace Seckill.Client.Shop;

/// <summary>The waiting room of a <see cref="NewSale"/>.</summary>
/// <param name="AdmitPerSecond">Users admitted per second over all nodes, 1 to 10,000.</param>
/// <param name="MaxWaiting">Users who may wait at a time, 1 to 1,000,000; null: the Api's default.</param>
public sealed record NewWaitingRoom(int AdmitPerSecond, int? MaxWaiting = null);
