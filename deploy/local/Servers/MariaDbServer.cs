using System.Data.Common;
using System.Security.Cryptography;
using MySql.Data.MySqlClient;

namespace Seckill.Local.Servers;

/// <summary>A real <c>mariadbd</c> with a database and a user <c>seckill</c>, and no configuration but ours.</summary>
public sealed class MariaDbServer : ManagedServer
{
    private const string User = "seckill";

    private readonly MariaDbServerOptions _options;
    private readonly MariaDbTemplate _template;
    private readonly string _data;
    private readonly string _initFile;
    private readonly string _password;
    private readonly string _probe;

    public MariaDbServer(MariaDbServerOptions options)
        : base("mariadb", options.Directory, options.Port)
    {
        _options = options;
        _template = new MariaDbTemplate(options.TemplateDirectory);
        _data = Path.Combine(Directory, "data");
        _initFile = Path.Combine(Directory, "init.sql");
        // A new password at every construction; the init file sets it at each start, so nothing needs to remember it.
        _password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        ConnectionString = Build(pooling: true);
        _probe = Build(pooling: false);
    }

    /// <summary>For ADO.NET (<c>MySql.Data</c>): user and database <c>seckill</c>; the user may create further databases named <c>seckill…</c>.</summary>
    public string ConnectionString { get; }

    protected override async Task PrepareAsync(CancellationToken stop)
    {
        if (!System.IO.Directory.Exists(_data))
        {
            await _template.CopyToAsync(_data, stop);
        }
        // The server runs this before it accepts the first connection.
        string sql = $"""
            CREATE DATABASE IF NOT EXISTS seckill CHARACTER SET utf8mb4;
            CREATE USER IF NOT EXISTS '{User}'@'%';
            ALTER USER '{User}'@'%' IDENTIFIED BY '{_password}';
            GRANT ALL ON `seckill%`.* TO '{User}'@'%';

            """;
        File.Delete(_initFile);
        await using FileStream file = new(_initFile, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using StreamWriter writer = new(file);
        await writer.WriteAsync(sql.AsMemory(), stop);
    }

    protected override IReadOnlyList<string> Command() =>
    [
        // Debian keeps it in sbin, which is not on every user's PATH.
        File.Exists("/usr/sbin/mariadbd") ? "/usr/sbin/mariadbd" : "mariadbd",
        .. MariaDbTemplate.CommonArguments,
        $"--datadir={_data}",
        $"--port={Port}",
        "--bind-address=127.0.0.1",
        // Relative to the data directory: a full path may exceed the 107 bytes that a socket's name can have.
        "--socket=private.sock",
        "--pid-file=mariadb.pid",
        $"--init-file={_initFile}",
        "--skip-name-resolve",
        "--character-set-server=utf8mb4",
        // An order that was confirmed survives a power cut: flush at every commit.
        "--innodb-flush-log-at-trx-commit=1",
        $"--innodb-buffer-pool-size={_options.BufferPoolMegabytes}M",
        "--max-connections=400",
        .. _options.Arguments,
    ];

    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            await using MySqlConnection connection = new(_probe);
            await connection.OpenAsync(stop);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private string Build(bool pooling) => new MySqlConnectionStringBuilder
    {
        Server = "127.0.0.1",
        Port = (uint)Port,
        UserID = User,
        Password = _password,
        Database = "seckill",
        // Loopback only: encryption would guard nothing.
        SslMode = MySqlSslMode.Disabled,
        Pooling = pooling,
        ConnectionTimeout = 5,
    }.ConnectionString;
}
