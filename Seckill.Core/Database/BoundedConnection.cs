using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Seckill.Core.Resilience;

namespace Seckill.Core.Database;

/// <summary>A driver's connection on which nobody waits for longer than a limit, <see cref="LongestCall"/> as a rule, and whose death the server notices as well.</summary>
/// <remarks>
/// MySql.Data has no time limit on asynchronous calls: where the other end has lost its power or its network without a word, they would wait until TCP gives up, a quarter of an hour later. And
/// the server would hold the locks of a client that went that way for hours, so whoever begins a transaction tells it how long it may be idle (<see cref="LongestIdle"/>). What was silent once is
/// not used again, and ends when its last call does. Only what the engine uses is here: the asynchronous calls.
/// </remarks>
/// <param name="driver">The driver's connection.</param>
/// <param name="limit">How long one call is waited for.</param>
/// <param name="onSilence">Called when one was not answered.</param>
internal sealed class BoundedConnection(DbConnection driver, TimeSpan limit, Action onSilence) : DbConnection
{
    private readonly TaskCompletionSource<LoanEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _outage;
    private TimeSpan _longest;
    private bool _isGivenBack;

    /// <summary>For one statement, above what a lock in the way may take: 15 s. What is given up may still take effect, as with any broken connection.</summary>
    public static TimeSpan LongestCall { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two statements of a transaction, above what a batch of work elsewhere may take meanwhile: 20 s. Then the server rolls back.</summary>
    public static TimeSpan LongestIdle { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Ends when the connection is given back, and tells how its use went.</summary>
    public Task<LoanEnd> End => _end.Task;

    /// <summary>True once a call was not answered: nothing more can be had from it.</summary>
    public bool IsSilent { get; private set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString
    {
        get => driver.ConnectionString;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override string Database => driver.Database;

    /// <inheritdoc/>
    public override string DataSource => driver.DataSource;

    /// <inheritdoc/>
    public override string ServerVersion => driver.ServerVersion;

    /// <inheritdoc/>
    public override ConnectionState State => driver.State;

    /// <summary>Makes a call of the driver's and waits for it, within the bound.</summary>
    /// <exception cref="DatabaseLostException">It was not answered in time, or the driver stumbled over a connection that is broken.</exception>
    /// <exception cref="DbException">The server's answer.</exception>
    internal async Task<T> WithinAsync<T>(Func<Task<T>> call)
    {
        if (IsSilent)
        {
            throw new DatabaseLostException("The connection to MySQL has fallen silent.");
        }

        Task<T>? answer = null;
        long askedAt = Stopwatch.GetTimestamp();
        try
        {
            answer = call();
            return answer.IsCompleted ? await answer : await answer.WaitAsync(limit);
        }
        catch (TimeoutException late) when (answer is { IsCompleted: false })
        {
            IsSilent = true;
            DatabaseMetrics.Silences.Add(1);
            DisposeAfter(answer, driver);
            onSilence();
            ResilienceMetrics.Timeouts.Add(1, CircuitMetrics.TagOf(SeckillDatabase.Dependency));
            throw Lost($"MySQL has not answered within {limit.TotalSeconds} s.", late);
        }
        catch (DbException fault)
        {
            // What it says of values, locks and rights is an answer like any other.
            _outage = MySqlErrors.Classify(fault) is MySqlFault.Away ? fault : _outage;
            throw;
        }
        catch (Exception disorder) when (disorder is not OperationCanceledException)
        {
            throw Lost("The connection to MySQL is broken.", disorder);
        }
        finally
        {
            TimeSpan took = Stopwatch.GetElapsedTime(askedAt);
            _longest = took > _longest ? took : _longest;
        }
    }

    /// <inheritdoc cref="WithinAsync{T}"/>
    internal Task WithinAsync(Func<Task> call) => WithinAsync(async () =>
    {
        await call();
        return true;
    });

    /// <summary>Ends a connection once a call that nobody waits for any more has ended: to dispose it before would mean to wait for that.</summary>
    internal static void DisposeAfter(Task call, DbConnection driver) =>
        _ = call.ContinueWith(static (_, left) => ((DbConnection)left!).Dispose(), driver, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <inheritdoc/>
    public override void Open() => throw new NotSupportedException();

    /// <summary>Asked for by Dapper when the connection was lost between two calls: what came before is lost with it, so nobody may go on as if on the same one.</summary>
    public override Task OpenAsync(CancellationToken cancellationToken) => throw new DatabaseLostException("The connection to MySQL was lost.");

    /// <inheritdoc/>
    public override void Close() => Dispose();

    /// <inheritdoc/>
    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (!IsSilent)
            {
                await driver.DisposeAsync();
            }
        }
        finally
        {
            _end.TrySetResult(new LoanEnd(_outage, _longest));
            await base.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => new BoundedCommand(this, driver.CreateCommand());

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        await using DbCommand idle = CreateCommand();
        idle.CommandText = $"SET SESSION wait_timeout = {(int)LongestIdle.TotalSeconds}";
        await idle.ExecuteNonQueryAsync(cancellationToken);
        return new BoundedTransaction(this, await WithinAsync(() => driver.BeginTransactionAsync(isolationLevel, cancellationToken).AsTask()));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isGivenBack)
        {
            _isGivenBack = true;
            DatabaseMetrics.InUse.Add(-1);
        }

        if (disposing && !IsSilent)
        {
            driver.Dispose();
        }

        base.Dispose(disposing);
        _end.TrySetResult(new LoanEnd(_outage, _longest));
    }

    private DatabaseLostException Lost(string message, Exception inner)
    {
        DatabaseLostException lost = new(message, inner);
        _outage = lost;
        return lost;
    }
}
