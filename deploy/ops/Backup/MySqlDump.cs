using System.Diagnostics;
using System.IO.Compression;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>A dump of the database at one moment, by <c>mariadb-dump --single-transaction</c>: InnoDB shows it the rows of the moment at which its transaction began, and nobody waits. Not thread-safe.</summary>
internal sealed class MySqlDump : IAsyncDisposable
{
    private const int ErrorChars = 2_000;

    private readonly MySqlAccess _access;
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly DumpReader _reader;

    private MySqlDump(MySqlAccess access, Process process)
    {
        (_access, _process, _errors) = (access, process, ReadErrorsAsync(process));
        _reader = new DumpReader(process.StandardOutput.BaseStream);
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
        return OpsException.Away("MySQL", _access.Address, $"mariadb-dump ended with {_process.ExitCode}: {await _errors}");
    }

    private static async Task<string> ReadErrorsAsync(Process process)
    {
        string text = await process.StandardError.ReadToEndAsync();
        return (text.Length > ErrorChars ? text[..ErrorChars] : text).Trim().ReplaceLineEndings(" ");
    }
}
