namespace Seckill.Core.Ids;

/// <summary>Says which worker id this process may put into ids right now. Redis leases it in a running node; a test fixes it.</summary>
public interface IWorkerIdSource
{
    /// <summary>The present grant, or null while no lease is held: then no id may be made.</summary>
    WorkerIdGrant? Current { get; }
}
