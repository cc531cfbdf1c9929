using System.Data.Common;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Database;

/// <summary>Opens connections to MySQL or MariaDB through whichever ADO.NET driver the configuration names. The driver pools; thread-safe.</summary>
public sealed class SeckillDatabase
{
    private readonly DbProviderFactory _factory;
    private readonly string _connectionString;

    /// <summary>Finds the driver.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Connections.MySqlProvider"/> names no ADO.NET factory.</exception>
    public SeckillDatabase(IOptions<Connections> connections)
    {
        string name = connections.Value.MySqlProvider;
        _factory = Type.GetType(name)?.GetField("Instance")?.GetValue(null) as DbProviderFactory
            ?? throw new InvalidOperationException($"Seckill:MySqlProvider '{name}' is not an ADO.NET provider factory that is present.");
        _connectionString = connections.Value.MySql;
    }

    /// <summary>Opens a pooled connection; dispose it to give it back.</summary>
    /// <exception cref="DbException">The server is away or refuses.</exception>
    public async Task<DbConnection> OpenAsync(CancellationToken stop = default)
    {
        DbConnection connection = _factory.CreateConnection()!;
        try
        {
            connection.ConnectionString = _connectionString;
            await connection.OpenAsync(stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
