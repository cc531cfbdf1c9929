using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Seckill.Core.Push;

/// <summary>
/// Writes the frame that calls the client's <c>Receive(envelopes[])</c>, in SignalR's JSON hub protocol. Bodies are already JSON, so a frame is put together
/// by copying; the same bytes go to every connection.
/// </summary>
public static class PushFrame
{
    /// <summary>Name of the hub protocol that these bytes belong to.</summary>
    public const string Protocol = "json";

    /// <summary>The client's method.</summary>
    public const string Target = "Receive";

    private const int MaxSeqDigits = 20;

    private static ReadOnlySpan<byte> Prefix => "{\"type\":1,\"target\":\"Receive\",\"arguments\":[["u8;

    // 0x1E ends a message of the JSON hub protocol.
    private static ReadOnlySpan<byte> Suffix => "]]}\u001e"u8;

    private static ReadOnlySpan<byte> EnvelopePrefix => "{\"seq\":"u8;

    private static ReadOnlySpan<byte> AheadPrefix => "{\"seq\":0,\"ahead\":"u8;

    /// <summary>A frame with one envelope.</summary>
    /// <param name="seq">Its sequence number; 0 for one that is stored nowhere.</param>
    /// <param name="body">See <see cref="PushEnvelope"/>.</param>
    public static byte[] Encode(long seq, ReadOnlySpan<byte> body)
    {
        // For each live delivery: one array of the right size and nothing else.
        Span<byte> number = stackalloc byte[MaxSeqDigits];
        Utf8Formatter.TryFormat(seq, number, out int digits);
        byte[] frame = new byte[Prefix.Length + EnvelopePrefix.Length + digits + 1 + body.Length + Suffix.Length];
        Span<byte> rest = Append(frame, Prefix);
        rest = Append(rest, EnvelopePrefix);
        rest = Append(rest, number[..digits]);
        rest = Append(rest, ","u8);
        rest = Append(rest, body);
        Append(rest, Suffix);
        return frame;
    }

    /// <summary>A frame with the entries from <paramref name="start"/> on, in order.</summary>
    public static byte[] Encode(IReadOnlyList<MailboxEntry> entries, int start)
    {
        int bytes = Prefix.Length + Suffix.Length;
        for (int i = start; i < entries.Count; i++)
        {
            bytes += Overhead + entries[i].Body.Length;
        }

        ArrayBufferWriter<byte> frame = new(bytes);
        frame.Write(Prefix);
        for (int i = start; i < entries.Count; i++)
        {
            if (i > start)
            {
                frame.Write(","u8);
            }

            WriteEnvelope(frame, entries[i].IsAhead ? AheadPrefix : EnvelopePrefix, entries[i].Seq, entries[i].Body.Span);
        }

        frame.Write(Suffix);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>The payload of the first envelope of a frame.</summary>
    /// <exception cref="JsonException">These bytes are no frame.</exception>
    public static JsonElement PayloadOf(ReadOnlyMemory<byte> frame)
    {
        using JsonDocument json = JsonDocument.Parse(frame.TrimEnd((byte)0x1E));
        return json.RootElement.GetProperty("arguments")[0][0].GetProperty("payload").Clone();
    }

    private static Span<byte> Append(Span<byte> to, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to);
        return to[bytes.Length..];
    }

    private static int Overhead => AheadPrefix.Length + MaxSeqDigits + 2;

    private static void WriteEnvelope(ArrayBufferWriter<byte> frame, ReadOnlySpan<byte> prefix, long seq, ReadOnlySpan<byte> body)
    {
        frame.Write(prefix);
        Utf8Formatter.TryFormat(seq, frame.GetSpan(MaxSeqDigits), out int digits);
        frame.Advance(digits);
        frame.Write(","u8);
        frame.Write(body);
    }
}
