using System.Security.Cryptography;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>A file of a backup while it is written: only its owner may read it, and its length and checksum come with its end. Not thread-safe.</summary>
internal sealed class HashingFile : Stream
{
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public HashingFile(string directory, string name)
    {
        Name = name;
        _file = new FileStream(Path.Combine(directory, name), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
            // What is written comes in large pieces; and a buffer would be written once more at the end, when the disk has refused it already.
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    public string Name { get; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _file.Length;

    public override long Position
    {
        get => _file.Position;
        set => throw new NotSupportedException();
    }

    /// <summary>Flushes it to disk and tells what was written.</summary>
    public BackupFile Finish()
    {
        try
        {
            _file.Flush(flushToDisk: true);
        }
        catch (Exception fault) when (IsDisk(fault))
        {
            throw Refused(fault);
        }

        return new BackupFile(Name, _file.Length, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _hash.AppendData(buffer);
        try
        {
            _file.Write(buffer);
        }
        catch (Exception fault) when (IsDisk(fault))
        {
            throw Refused(fault);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        try
        {
            await _file.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception fault) when (IsDisk(fault))
        {
            throw Refused(fault);
        }
    }

    public override void Flush() => _file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // A full disk, or a file longer than the file system takes, which .NET tells as a wrong argument.
    private static bool IsDisk(Exception fault) => fault is IOException or ArgumentOutOfRangeException;

    // The machine's fault, not that of a server.
    private OpsException Refused(Exception fault) => new($"{Name} cannot be written, and nothing of the backup is left: {fault.Message}");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
