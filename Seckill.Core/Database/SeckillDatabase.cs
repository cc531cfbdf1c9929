using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Database;

/// <summary>Opens connections to MySQL or MariaDB through whichever ADO.NET driver the configuration names. The driver pools; thread-safe.</summary>
public sealed class SeckillDatabase
{
    // Its own connection time-out covers TCP only: a server that accepts and then says nothing (paused, or dead behind a proxy) would be waited for without end.
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromSeconds(10);

    private readonly DbProviderFactory _factory;
    private readonly string _connectionString;
    private readonly Action _forgetIdle;

    /// <summary>Finds the driver.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Connections.MySqlProvider"/> names no ADO.NET factory.</exception>
    public SeckillDatabase(IOptions<Connections> connections)
    {
        string name = connections.Value.MySqlProvider;
        _factory = Type.GetType(name)?.GetField("Instance")?.GetValue(null) as DbProviderFactory
            ?? throw new InvalidOperationException($"Seckill:MySqlProvider '{name}' is not an ADO.NET provider factory that is present.");
        _connectionString = connections.Value.MySql;
        // ADO.NET knows no such thing, but MySql.Data and MySqlConnector call it by the same name.
        using DbConnection some = _factory.CreateConnection()!;
        _forgetIdle = some.GetType().GetMethod("ClearAllPools", BindingFlags.Public | BindingFlags.Static, [])?.CreateDelegate<Action>() ?? (() => { });
    }

    /// <summary>Opens a pooled connection on which no statement is waited for longer than <see cref="BoundedConnection.LongestCall"/>; dispose it to give it back.</summary>
    /// <exception cref="DbException">The server is away or refuses, or says nothing for longer than a handshake may take (<see cref="DatabaseLostException"/>).</exception>
    public async Task<DbConnection> OpenAsync(CancellationToken stop = default) => new BoundedConnection(await OpenUnboundedAsync(stop), ForgetIdle);

    /// <summary>The same, and what is done on it may take any time: for what changes whole tables.</summary>
    /// <exception cref="DbException">As for <see cref="OpenAsync"/>.</exception>
    internal async Task<DbConnection> OpenUnboundedAsync(CancellationToken stop)
    {
        DbConnection connection = _factory.CreateConnection()!;
        Task? opening = null;
        try
        {
            connection.ConnectionString = _connectionString;
            opening = connection.OpenAsync(stop);
            await opening.WaitAsync(LongestHandshake, CancellationToken.None);
            return connection;
        }
        catch (TimeoutException late) when (opening is { IsCompleted: false })
        {
            BoundedConnection.DisposeAfter(opening, connection);
            ForgetIdle();
            throw new DatabaseLostException($"MySQL has not finished a handshake within {LongestHandshake.TotalSeconds} s.", late);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where one connection has fallen silent, those that wait in the pool have too, as a rule: each would cost its finder another time-out.</summary>
    private void ForgetIdle() => _ = Task.Run(_forgetIdle);
}
