using System.Buffers.Binary;

namespace Seckill.LoadTests.PushFanout;

/// <summary>Cuts what a server sends on a WebSocket into the messages of SignalR's JSON hub protocol, which end with 0x1E wherever frames begin and end. For one connection, one caller.</summary>
/// <remarks>Holds a copy only of a message that a read has cut in two: ten thousand idle connections cost the generator next to nothing.</remarks>
internal sealed class FrameReader
{
    /// <summary>Longest message taken, 1 MiB: four times the longest page of a mailbox.</summary>
    public const int MaxRecordBytes = 1024 * 1024;

    private const byte EndOfRecord = 0x1E;
    private const byte Close = 8;
    private const int MaxHeaderBytes = 10;

    private readonly byte[] _header = new byte[MaxHeaderBytes];
    private int _headerBytes;
    private long _frameLeft;
    private bool _isControl;
    private byte[] _part = [];
    private int _partBytes;

    /// <summary>True once the server has said that it closes.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Takes the next message out of <paramref name="input"/>; false when more must be read.</summary>
    /// <param name="input">What was read; what has been used is taken off its front.</param>
    /// <param name="record">The message without its end mark, valid until the next call.</param>
    /// <exception cref="InvalidDataException">A message over <see cref="MaxRecordBytes"/>.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> record)
    {
        record = default;
        while (!input.IsEmpty && !IsClosed)
        {
            if (_frameLeft == 0)
            {
                ReadHeader(ref input);
                continue;
            }

            ReadOnlySpan<byte> payload = input[..(int)Math.Min(_frameLeft, input.Length)];
            int end = _isControl ? -1 : payload.IndexOf(EndOfRecord);
            int used = end < 0 ? payload.Length : end + 1;
            input = input[used..];
            _frameLeft -= used;
            if (end >= 0)
            {
                record = Complete(payload[..end]);
                return true;
            }

            if (!_isControl)
            {
                Keep(payload);
            }
        }

        return false;
    }

    // Servers do not mask: two bytes, or four or ten when the length says so.
    private void ReadHeader(ref ReadOnlySpan<byte> input)
    {
        _header[_headerBytes++] = input[0];
        input = input[1..];
        int length = _headerBytes < 2 ? 0 : _header[1] & 0x7F;
        int needed = length switch { 127 => 10, 126 => 4, _ => 2 };
        if (_headerBytes < needed)
        {
            return;
        }

        _headerBytes = 0;
        _frameLeft = length switch
        {
            127 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)),
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            _ => length,
        };
        int code = _header[0] & 0x0F;
        _isControl = code >= Close;
        IsClosed = code == Close;
    }

    private ReadOnlySpan<byte> Complete(ReadOnlySpan<byte> rest)
    {
        if (_partBytes == 0)
        {
            return rest;
        }

        Keep(rest);
        ReadOnlySpan<byte> whole = _part.AsSpan(0, _partBytes);
        _partBytes = 0;
        return whole;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        int needed = _partBytes + part.Length;
        if (needed > MaxRecordBytes)
        {
            throw new InvalidDataException($"The server sent a message of more than {MaxRecordBytes:N0} bytes.");
        }

        if (needed > _part.Length)
        {
            Array.Resize(ref _part, Math.Max(needed, 2 * _part.Length));
        }

        part.CopyTo(_part.AsSpan(_partBytes));
        _partBytes = needed;
    }
}
