using System.Diagnostics;
using Seckill.Local.Processes;

namespace Seckill.Local.Servers;

/// <summary>An empty MariaDB data directory, installed once and copied for each new server.</summary>
internal sealed class MariaDbTemplate
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _root;

    public MariaDbTemplate(string root)
    {
        _root = Path.GetFullPath(root);
    }

    /// <summary>Options that both the installation and the server need alike.</summary>
    public static IReadOnlyList<string> CommonArguments { get; } =
    [
        // The machine's own /etc/mysql belongs to a server that is not ours. Must be the first argument.
        "--no-defaults",
        "--innodb-log-file-size=16M",
        // MariaDB refuses to run as root unless told so by name; nobody else needs the option.
        .. Environment.IsPrivilegedProcess ? ["--user=root"] : Array.Empty<string>(),
    ];

    /// <summary>Fills a data directory that does not exist yet.</summary>
    /// <exception cref="ServerFailedException">The installation failed; with the end of its log.</exception>
    public async Task CopyToAsync(string dataDirectory, CancellationToken stop)
    {
        string template = Path.Combine(_root, "data");
        if (!Directory.Exists(template))
        {
            await InstallOnceAsync(template, stop);
        }
        // Copied beside and renamed, so that a copy cut short is never taken for a data directory.
        string copy = $"{dataDirectory}.{Guid.NewGuid():N}";
        CopyTree(template, copy);
        Directory.Move(copy, dataDirectory);
    }

    private static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string directory in Directory.EnumerateDirectories(from))
        {
            CopyTree(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private async Task InstallOnceAsync(string template, CancellationToken stop)
    {
        Directory.CreateDirectory(_root);
        using FileStream only = await LockAsync(stop);
        if (Directory.Exists(template))
        {
            return;
        }
        string partial = Path.Combine(_root, "partial");
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }
        string log = Path.Combine(_root, "install.log");
        string[] command =
        [
            "mariadb-install-db",
            .. CommonArguments,
            $"--datadir={partial}",
            "--skip-test-db",
            "--skip-name-resolve",
            // Root comes in through the private socket only, as the system user that runs the server.
            "--auth-root-authentication-method=socket",
        ];
        using ChildProcess install = await ChildProcess.StartAsync(command, _root, log);
        if (!await install.WaitForExitAsync(Patience) || install.ExitCode != 0)
        {
            install.Send(Signals.Kill);
            throw new ServerFailedException($"mariadb-install-db failed. The end of {log}:\n{LogTail.Read(log)}");
        }
        Directory.Move(partial, template);
    }

    /// <summary>A lock between processes, freed by the kernel when its holder dies.</summary>
    private async Task<FileStream> LockAsync(CancellationToken stop)
    {
        string file = Path.Combine(_root, "lock");
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
    }
}
