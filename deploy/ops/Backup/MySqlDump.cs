using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>A dump of the database at one moment, by <c>mariadb-dump --single-transaction</c>: InnoDB shows it the rows of the moment at which its transaction began, and nobody waits. Not thread-safe.</summary>
internal sealed partial class MySqlDump : IAsyncDisposable
{
    private const int ErrorChars = 2_000;

    // Longer than a server takes for the first row of any table of ours; rows come as they are read.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    private readonly MySqlAccess _access;
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly DumpReader _reader;

    private MySqlDump(MySqlAccess access, Process process)
    {
        (_access, _process, _errors) = (access, process, ReadErrorsAsync(process));
        _reader = new DumpReader(process.StandardOutput.BaseStream, Silence);
    }

    /// <summary>Starts the tool.</summary>
    /// <exception cref="OpsException">It is not installed.</exception>
    public static MySqlDump Start(MySqlAccess access) => new(access, access.Start(
        "mariadb-dump", "--single-transaction", "--skip-lock-tables", "--skip-add-locks", "--no-tablespaces", "--hex-blob", "--no-autocommit", "--default-character-set=utf8mb4"));

    /// <summary>Returns when its transaction has begun: what is committed later is not in the dump.</summary>
    /// <remarks>The tool does not say so, but it names the first table only after it has begun; its output comes to us in blocks of a few KB, so this is late rather than early.</remarks>
    public async Task TakeAsync(CancellationToken stop)
    {
        if (!await _reader.ReadUntilAsync("CREATE TABLE"u8.ToArray(), stop))
        {
            throw await FailedAsync(stop);
        }
    }

    /// <summary>Receives it, compressed.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken stop)
    {
        await using (GZipStream compressed = new(destination, CompressionLevel.Fastest, leaveOpen: true))
        {
            await _reader.CopyToAsync(compressed, stop);
        }

        await _process.WaitForExitAsync(stop);
        if (_process.ExitCode != 0)
        {
            throw await FailedAsync(stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // Ended already.
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<OpsException> FailedAsync(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop);
        string ended = $"mariadb-dump ended with {_process.ExitCode}: {await _errors}";
        // 2000 to 2999 are the client's errors: it cannot connect, or has lost the server.
        return LostServer().IsMatch(ended)
            ? OpsException.Away("MySQL", _access.Address, ended)
            : new OpsException($"The database at {_access.Address} cannot be dumped, and nothing of the backup is left: {ended}");
    }

    [GeneratedRegex(@"[Ee]rror:? 2\d\d\d\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex LostServer();

    private static async Task<string> ReadErrorsAsync(Process process)
    {
        string text = await process.StandardError.ReadToEndAsync();
        return (text.Length > ErrorChars ? text[..ErrorChars] : text).Trim().ReplaceLineEndings(" ");
    }
}
