using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Resilience;

namespace Seckill.Core.Database;

/// <summary>The pipeline before MySQL, for a host that answers people: a connection is lent through it, so that nothing which uses the database can go around it.</summary>
/// <remarks>Where nobody waits for an answer, work waits for MySQL instead: <see cref="MySqlCircuit"/> and the loops' own pauses. A second circuit before those would only hold their recovery up.</remarks>
public sealed class DatabaseGuard(IOptions<MySqlResilienceOptions> options, TimeProvider time, ILogger<DatabaseGuard> log) : IDisposable
{
    /// <summary>How long a handshake, and each statement, may take.</summary>
    internal TimeSpan Limit { get; } = options.Value.Timeout;

    /// <summary>The pipeline.</summary>
    internal DependencyPipeline Pipeline { get; } =
        new(SeckillDatabase.Dependency, options.Value, fault => fault is DbException answer && MySqlErrors.Classify(answer) is MySqlFault.Away, time, log);

    /// <inheritdoc/>
    public void Dispose() => Pipeline.Dispose();
}
