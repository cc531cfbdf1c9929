using System.Data.Common;
using MySql.Data.MySqlClient;
using Seckill.Local.Servers;

namespace Seckill.Integration.Deploy;

/// <summary>A real mariadbd on <c>deploy/mysql/my.cnf</c>, with a free port and a data directory of its own.</summary>
internal sealed class ConfiguredMariaDb(string directory) : ManagedServer("mariadb", directory, port: null)
{
    private const string Password = "a1b2c3d4e5f6";

    private string Data => Path.Combine(Directory, "data");

    private string InitFile => Path.Combine(Directory, "init.sql");

    public string ConnectionString => $"Server=127.0.0.1;Port={Port};Database=seckill;User ID=seckill;Password={Password};SslMode=Disabled";

    protected override async Task PrepareAsync(CancellationToken stop)
    {
        if (!System.IO.Directory.Exists(Data))
        {
            await new MariaDbTemplate(new MariaDbServerOptions { Directory = Directory }.TemplateDirectory).CopyToAsync(Data, stop);
        }

        await File.WriteAllTextAsync(InitFile, $"""
            CREATE DATABASE IF NOT EXISTS seckill;
            CREATE USER IF NOT EXISTS 'seckill'@'%' IDENTIFIED BY '{Password}';
            GRANT ALL ON `seckill%`.* TO 'seckill'@'%';

            """, stop);
    }

    protected override IReadOnlyList<string> Command() =>
    [
        File.Exists("/usr/sbin/mariadbd") ? "/usr/sbin/mariadbd" : "mariadbd",
        // Must be the first argument: this file, and none of the machine's.
        $"--defaults-file={DeployFolder.PathOf("mysql", "my.cnf")}",
        .. MariaDbTemplate.CommonArguments.Where(argument => argument.StartsWith("--user", StringComparison.Ordinal)),
        $"--datadir={Data}",
        $"--port={Port}",
        "--bind-address=127.0.0.1",
        // Relative to the data directory: a full path may exceed the 107 bytes that a socket's name can have.
        "--socket=private.sock",
        "--pid-file=mariadb.pid",
        $"--init-file={InitFile}",
    ];

    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            await using MySqlConnection connection = new(ConnectionString + ";Pooling=False");
            await connection.OpenAsync(stop);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }
}
