using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Push.Hub.Tests.Contract;

/// <summary>A second hub protocol: the JSON one with every bit turned over and the length (4 bytes, little-endian) in front. Counts what it writes.</summary>
/// <param name="name">How nodes know it.</param>
public sealed class InvertedProtocol(string name = "inverted") : IHubProtocol
{
    private const int Header = sizeof(int);

    private readonly JsonHubProtocol _json = new();
    private int _writes;

    /// <summary>Messages written.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public TransferFormat TransferFormat => TransferFormat.Binary;

    /// <inheritdoc/>
    public bool IsVersionSupported(int version) => version == Version;

    /// <inheritdoc/>
    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => output.Write(GetMessageBytes(message).Span);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message)
    {
        Interlocked.Increment(ref _writes);
        ReadOnlySpan<byte> json = _json.GetMessageBytes(message).Span;
        byte[] bytes = new byte[Header + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, json.Length);
        Invert(json, bytes.AsSpan(Header));
        return bytes;
    }

    /// <inheritdoc/>
    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        message = null;
        Span<byte> header = stackalloc byte[Header];
        if (input.Length < Header)
        {
            return false;
        }

        input.Slice(0, Header).CopyTo(header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (input.Length < Header + length)
        {
            return false;
        }

        byte[] json = input.Slice(Header, length).ToArray();
        Invert(json, json);
        input = input.Slice(Header + length);
        ReadOnlySequence<byte> inner = new(json);
        return _json.TryParseMessage(ref inner, binder, out message);
    }

    private static void Invert(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = (byte)~from[i];
        }
    }
}
