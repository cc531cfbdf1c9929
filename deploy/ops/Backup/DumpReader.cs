using System.Buffers;

namespace Seckill.Ops.Backup;

/// <summary>The output of a dump on its way to the backup, without the names of those who made views: whoever restores may be called otherwise, and may not act for others. Not thread-safe.</summary>
/// <remarks>The tool writes them on lines of their own, and no line break of a row's stands in the open, so a line that begins with the mark is one of those.</remarks>
/// <param name="source">The tool's output.</param>
/// <param name="silence">A tool that says nothing for so long is given up: it waits for a lock that somebody holds, or for a server that is gone.</param>
internal sealed class DumpReader(Stream source, TimeSpan silence)
{
    private const int BlockBytes = 64 * 1024;

    private readonly byte[] _mark = "/*!50013 DEFINER="u8.ToArray();
    private readonly byte[] _block = new byte[BlockBytes];
    private readonly ArrayBufferWriter<byte> _ahead = new();
    private readonly ArrayBufferWriter<byte> _kept = new(BlockBytes);
    private int _matched; // Bytes of the mark that the line has begun with; -1 in the middle of a line.
    private bool _isSkipping;

    /// <summary>Reads until some bytes have come; they stay for <see cref="CopyToAsync"/>. False when the output ends before, or they do not come within the first megabyte.</summary>
    public async Task<bool> ReadUntilAsync(byte[] awaited, CancellationToken stop)
    {
        const int longest = 1024 * 1024;
        while (_ahead.WrittenCount < longest)
        {
            int read = await ReadAsync(stop);
            if (read == 0)
            {
                return false;
            }

            _ahead.Write(_block.AsSpan(0, read));
            if (_ahead.WrittenSpan.IndexOf(awaited) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Copies everything, what was read ahead first.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken stop)
    {
        await WriteAsync(_ahead.WrittenMemory, destination, stop);
        int read;
        while ((read = await ReadAsync(stop)) > 0)
        {
            await WriteAsync(_block.AsMemory(0, read), destination, stop);
        }

        // An end in the middle of what looked like a mark.
        await destination.WriteAsync(_mark.AsMemory(0, Math.Max(0, _matched)), stop);
    }

    // A read from a pipe cannot be called off: a tool that waits for a lock would hold us up for as long, whatever limit we have. It is left alone, and ends when its owner kills the tool.
    private async Task<int> ReadAsync(CancellationToken stop)
    {
        try
        {
            return await source.ReadAsync(_block, CancellationToken.None).AsTask().WaitAsync(silence, stop);
        }
        catch (TimeoutException late)
        {
            throw new IOException($"MySQL's dump has said nothing for {silence.TotalSeconds:0.#} s; somebody may hold a lock on a table.", late);
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, Stream destination, CancellationToken stop)
    {
        _kept.ResetWrittenCount();
        Filter(bytes.Span);
        await destination.WriteAsync(_kept.WrittenMemory, stop);
    }

    private void Filter(ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            if (_isSkipping)
            {
                (_isSkipping, _matched) = one == '\n' ? (false, 0) : (true, -1);
            }
            else if (_matched >= 0 && one == _mark[_matched])
            {
                if (++_matched == _mark.Length)
                {
                    (_isSkipping, _matched) = (true, -1);
                }
            }
            else
            {
                if (_matched > 0)
                {
                    _kept.Write(_mark.AsSpan(0, _matched));
                }

                _kept.GetSpan(1)[0] = one;
                _kept.Advance(1);
                _matched = one == '\n' ? 0 : -1;
            }
        }
    }
}
