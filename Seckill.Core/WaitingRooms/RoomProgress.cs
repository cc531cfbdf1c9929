namespace Seckill.Core.WaitingRooms;

/// <summary>What the watchers of a room were told last.</summary>
/// <param name="Epoch">Which life of the room.</param>
/// <param name="Head">The last place that left the queue.</param>
/// <param name="Waiting">Users who wait.</param>
internal readonly record struct RoomProgress(long Epoch, long Head, long Waiting);
