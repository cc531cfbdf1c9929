namespace Seckill.Core.Diagnostics;

/// <summary>Log event ids, ranged by feature: permanent, so that an alert or a search can name them.</summary>
/// <remarks>1000 Ids, 1100 Sales, 1200 Admission, 1300 Stock, 1400 Grab, 1500 Outbox, 1600 Orders, 1700 Messaging, 1800 Push, 1900 Database, 2000 hosts.</remarks>
internal static class EventIds
{
    public const int WorkerIdLeased = 1000;
    public const int WorkerIdNotRenewed = 1001;
}
