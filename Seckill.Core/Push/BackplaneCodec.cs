using System.Text;

namespace Seckill.Core.Push;

/// <summary>
/// Bytes of a <see cref="BackplaneMessage"/>: version, kind, origin, request id, then three counted lists: targets, excluded, payloads (name and bytes).
/// Numbers are 7-bit encoded, texts and byte blocks carry their length in front.
/// </summary>
/// <remarks>A node that meets a version it does not know drops the message and counts it, so that a rolling update is safe.</remarks>
public static class BackplaneCodec
{
    /// <summary>First byte of every message; raised when the layout changes.</summary>
    public const byte Version = 1;

    private const int MaxListLength = 1_000_000;

    /// <summary>Encodes a message.</summary>
    public static byte[] Encode(BackplaneMessage message)
    {
        using MemoryStream stream = new(256);
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write(Version);
        writer.Write((byte)message.Kind);
        writer.Write(message.Origin);
        writer.Write7BitEncodedInt64(message.RequestId);
        WriteTexts(writer, message.Targets);
        WriteTexts(writer, message.Excluded);
        writer.Write7BitEncodedInt(message.Payloads.Count);
        foreach ((string protocol, ReadOnlyMemory<byte> bytes) in message.Payloads)
        {
            writer.Write(protocol);
            writer.Write7BitEncodedInt(bytes.Length);
            writer.Write(bytes.Span);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Decodes a message; false for another version or damaged bytes.</summary>
    public static bool TryDecode(byte[] bytes, out BackplaneMessage? message)
    {
        message = null;
        if (bytes.Length == 0 || bytes[0] != Version)
        {
            return false;
        }

        using MemoryStream stream = new(bytes, writable: false);
        using BinaryReader reader = new(stream, Encoding.UTF8);
        try
        {
            reader.ReadByte();
            BackplaneKind kind = (BackplaneKind)reader.ReadByte();
            string origin = reader.ReadString();
            long requestId = reader.Read7BitEncodedInt64();
            string[] targets = ReadTexts(reader);
            string[] excluded = ReadTexts(reader);
            KeyValuePair<string, ReadOnlyMemory<byte>>[] payloads =
                new KeyValuePair<string, ReadOnlyMemory<byte>>[ReadCount(reader)];
            for (int i = 0; i < payloads.Length; i++)
            {
                string protocol = reader.ReadString();
                int length = reader.Read7BitEncodedInt();
                int start = (int)stream.Position;
                payloads[i] = new(protocol, bytes.AsMemory(start, length));
                stream.Position = start + length;
            }

            message = new BackplaneMessage(kind, origin, requestId, targets, excluded, payloads);
            return true;
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static void WriteTexts(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write7BitEncodedInt(texts.Count);
        foreach (string text in texts)
        {
            writer.Write(text);
        }
    }

    private static string[] ReadTexts(BinaryReader reader)
    {
        string[] texts = new string[ReadCount(reader)];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadString();
        }

        return texts;
    }

    // A length is checked against what is there before anything is allocated for it.
    private static int ReadCount(BinaryReader reader)
    {
        int count = reader.Read7BitEncodedInt();
        return count >= 0 && count <= Math.Min(MaxListLength, reader.BaseStream.Length - reader.BaseStream.Position)
            ? count
            : throw new FormatException("The list is longer than the message.");
    }
}
