using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>Runs MariaDB's own tools against the database that an ADO.NET connection string names. The password goes through a file that only its owner may read: arguments can be seen by everybody.</summary>
internal sealed class MySqlAccess : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"seckill-{Guid.NewGuid():N}.cnf");

    /// <exception cref="OpsException">The connection string names no database.</exception>
    public MySqlAccess(string connectionString)
    {
        DbConnectionStringBuilder parts = new() { ConnectionString = connectionString };
        Database = Read(parts, "database", "initial catalog") ?? throw new OpsException("The connection string to MySQL names no database.");
        Address = $"{Read(parts, "server", "host", "data source", "datasource", "address", "addr", "network address") ?? "127.0.0.1"}:{Read(parts, "port") ?? "3306"}";
        StringBuilder text = new("[client]\nprotocol=tcp\n");
        Set("host", Address[..Address.LastIndexOf(':')]);
        Set("port", Address[(Address.LastIndexOf(':') + 1)..]);
        Set("user", Read(parts, "user id", "userid", "uid", "username", "user name", "user"));
        Set("password", Read(parts, "password", "pwd"));
        Set("ssl-ca", Read(parts, "ssl ca", "sslca", "ssl-ca", "ca certificate file", "cacertificatefile"));
        Set("ssl-cert", Read(parts, "ssl cert", "sslcert", "ssl-cert"));
        Set("ssl-key", Read(parts, "ssl key", "sslkey", "ssl-key"));
        string mode = (Read(parts, "sslmode", "ssl mode", "ssl-mode") ?? string.Empty).ToUpperInvariant();
        text.Append(mode switch
        {
            "DISABLED" or "NONE" => "skip-ssl\n",
            // The tools check the name whenever they check the authority: VerifyCA is stricter here than in a host.
            "VERIFYCA" or "VERIFYFULL" => "ssl\nssl-verify-server-cert\n",
            // As the drivers: encrypted where the server can. That one which must ('Required') can, a host's driver has found out before us.
            _ => "ssl\n",
        });
        using FileStream file = new(_file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));

        void Set(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n");
            }
        }
    }

    public string Database { get; }

    /// <summary><c>host:port</c>, for messages.</summary>
    public string Address { get; }

    /// <summary>Starts a tool; its database is the last argument.</summary>
    /// <exception cref="OpsException">It is not installed.</exception>
    public Process Start(string tool, params string[] arguments)
    {
        ProcessStartInfo start = new(tool) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add($"--defaults-file={_file}");
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.ArgumentList.Add(Database);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new OpsException($"{tool} cannot be started ({missing.Message}); Debian has it in mariadb-client.");
        }
    }

    public void Dispose() => File.Delete(_file);

    private static string? Read(DbConnectionStringBuilder parts, params string[] names)
    {
        foreach (string name in names)
        {
            if (parts.TryGetValue(name, out object? value) && value.ToString() is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }
}
