using System.Data.Common;
using System.Diagnostics;
using System.IO.Compression;
using Dapper;
using Seckill.Core.Database;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>Loads a dump into a database.</summary>
internal sealed class MySqlRestore(SeckillDatabase database, MySqlAccess access)
{
    private const string Tables = "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE()";

    /// <summary>Holds the database to being empty. With <paramref name="overwrite"/> it is emptied, but only by <see cref="LoadAsync"/>.</summary>
    /// <exception cref="OpsException">It is not.</exception>
    public async Task CheckAsync(bool overwrite, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        int found = (await connection.QueryAsync<(string, string)>(Tables)).Count();
        if (found > 0 && !overwrite)
        {
            throw new OpsException($"Database {access.Database} at {access.Address} is not empty ({found} tables). Nothing was changed; --overwrite throws them away.");
        }
    }

    /// <summary>Empties the database and loads the dump.</summary>
    /// <exception cref="OpsException">The client ended with an error.</exception>
    public async Task LoadAsync(string file, CancellationToken stop)
    {
        await EmptyAsync(stop);
        using Process client = access.Start("mariadb", "--default-character-set=utf8mb4");
        Task<string> errors = client.StandardError.ReadToEndAsync(CancellationToken.None);
        Task<string> output = client.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            await using FileStream compressed = File.OpenRead(file);
            await using GZipStream sql = new(compressed, CompressionMode.Decompress);
            await sql.CopyToAsync(client.StandardInput.BaseStream, stop);
        }
        catch (IOException)
        {
            // The client has given up; what it says is better than a broken pipe.
        }
        finally
        {
            client.StandardInput.Close();
        }

        await client.WaitForExitAsync(stop);
        await output;
        if (client.ExitCode != 0)
        {
            throw new OpsException($"mariadb ended with {client.ExitCode}, and the database is half restored: {(await errors).Trim().ReplaceLineEndings(" ")}");
        }
    }

    private async Task EmptyAsync(CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        foreach ((string name, string type) in (await connection.QueryAsync<(string, string)>(Tables)).ToList())
        {
            await connection.ExecuteAsync($"DROP {(type == "VIEW" ? "VIEW" : "TABLE")} IF EXISTS `{name.Replace("`", "``", StringComparison.Ordinal)}`");
        }
    }
}
