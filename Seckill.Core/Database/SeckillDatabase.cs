using System.Data.Common;
using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Options;
using Seckill.Core.Resilience;

namespace Seckill.Core.Database;

/// <summary>Opens connections to MySQL or MariaDB through whichever ADO.NET driver the configuration names. The driver pools; thread-safe.</summary>
public sealed class SeckillDatabase
{
    /// <summary>Its name in metrics.</summary>
    internal const string Dependency = "mysql";

    // Its own connection time-out covers TCP only: a server that accepts and then says nothing (paused, or dead behind a proxy) would be waited for without end.
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromSeconds(10);

    private readonly DatabaseGuard? _guard;
    private readonly DbProviderFactory _factory;
    private readonly string _connectionString;
    private readonly Action _forgetIdle;

    /// <summary>Finds the driver.</summary>
    /// <param name="connections">Where MySQL is, and what speaks to it.</param>
    /// <param name="guard">What stands before it; null where callers wait for MySQL as long as it takes.</param>
    /// <exception cref="InvalidOperationException"><see cref="Connections.MySqlProvider"/> names no ADO.NET factory, or the driver cannot do what the connection string asks.</exception>
    public SeckillDatabase(IOptions<Connections> connections, DatabaseGuard? guard = null)
    {
        _guard = guard;
        string name = connections.Value.MySqlProvider;
        _factory = Type.GetType(name)?.GetField("Instance")?.GetValue(null) as DbProviderFactory
            ?? throw new InvalidOperationException($"Seckill:MySqlProvider '{name}' is not an ADO.NET provider factory that is present.");
        _connectionString = connections.Value.MySql;
        RefuseAuthorityFile(name, _connectionString);
        // ADO.NET knows no such thing, but MySql.Data and MySqlConnector call it by the same name.
        using DbConnection some = _factory.CreateConnection()!;
        _forgetIdle = some.GetType().GetMethod("ClearAllPools", BindingFlags.Public | BindingFlags.Static, [])?.CreateDelegate<Action>() ?? (() => { });
    }

    /// <summary>Opens a pooled connection on which no statement is waited for longer than a limit, <see cref="BoundedConnection.LongestCall"/> unless a guard sets another; dispose it to give it back.</summary>
    /// <exception cref="DbException">
    /// The server is away or refuses, or says nothing for longer than a handshake may take (<see cref="DatabaseLostException"/>); or the guard lets nobody ask it (<see cref="DatabaseNotAskedException"/>).
    /// </exception>
    public async Task<DbConnection> OpenAsync(CancellationToken stop = default)
    {
        if (_guard is null)
        {
            return await OpenBoundedAsync(BoundedConnection.LongestCall, LongestHandshake, stop);
        }

        try
        {
            return await _guard.Pipeline.LendAsync(
                async going =>
                {
                    BoundedConnection lent = await OpenBoundedAsync(_guard.Limit, _guard.Limit, going);
                    return (lent, lent.End);
                },
                stop);
        }
        catch (DependencyNotAskedException refusal)
        {
            throw new DatabaseNotAskedException(refusal.Message, refusal);
        }
    }

    /// <summary>The same, and what is done on it may take any time: for what changes whole tables.</summary>
    /// <exception cref="DbException">As for <see cref="OpenAsync"/>.</exception>
    internal Task<DbConnection> OpenUnboundedAsync(CancellationToken stop) => ConnectAsync(LongestHandshake, stop);

    private async Task<BoundedConnection> OpenBoundedAsync(TimeSpan limit, TimeSpan handshake, CancellationToken stop)
    {
        long askedAt = Stopwatch.GetTimestamp();
        try
        {
            BoundedConnection connection = new(await ConnectAsync(handshake, stop), limit, ForgetIdle);
            DatabaseMetrics.InUse.Add(1);
            DatabaseMetrics.OpenDuration.Record(Stopwatch.GetElapsedTime(askedAt).TotalSeconds);
            return connection;
        }
        catch (DbException)
        {
            DatabaseMetrics.OpenFailures.Add(1);
            throw;
        }
    }

    private async Task<DbConnection> ConnectAsync(TimeSpan limit, CancellationToken stop)
    {
        DbConnection connection = _factory.CreateConnection()!;
        Task? opening = null;
        try
        {
            connection.ConnectionString = _connectionString;
            opening = connection.OpenAsync(stop);
            await opening.WaitAsync(limit, CancellationToken.None);
            return connection;
        }
        catch (TimeoutException late) when (opening is { IsCompleted: false })
        {
            BoundedConnection.DisposeAfter(opening, connection);
            ForgetIdle();
            ResilienceMetrics.Timeouts.Add(1, CircuitMetrics.TagOf(Dependency));
            throw new DatabaseLostException($"MySQL has not finished a handshake within {limit.TotalSeconds} s.", late);
        }
        catch (Exception disorder) when (disorder is not (DbException or OperationCanceledException))
        {
            // A handshake that fails for TLS, or in the middle, is no DbException of the driver's: to the caller the database is away all the same.
            await connection.DisposeAsync();
            throw new DatabaseLostException($"The connection to MySQL cannot be made: {disorder.Message}", disorder);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Oracle's driver reads the file with a library that this build leaves out, and would say so at each connection, in words that name neither the setting nor the remedy.
    private static void RefuseAuthorityFile(string provider, string connectionString)
    {
        bool named = connectionString.Contains("SslCa", StringComparison.OrdinalIgnoreCase) || connectionString.Contains("Ssl-Ca", StringComparison.OrdinalIgnoreCase);
        if (named && provider.EndsWith(" MySql.Data", StringComparison.Ordinal) && Type.GetType("Org.BouncyCastle.X509.X509CertificateParser, BouncyCastle.Cryptography") is null)
        {
            throw new InvalidOperationException(
                "MySql.Data cannot read SslCa here (BouncyCastle.Cryptography is left out). Put the authority into the machine's store or name its file in the environment variable SSL_CERT_FILE, and keep SslMode=VerifyFull.");
        }
    }

    /// <summary>Where one connection has fallen silent, those that wait in the pool have too, as a rule: each would cost its finder another time-out.</summary>
    private void ForgetIdle() => _ = Task.Run(_forgetIdle);
}
