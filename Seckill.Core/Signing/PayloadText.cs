using System.Text;

namespace Seckill.Core.Signing;

/// <summary>A short ASCII text inside a payload: a length byte and the characters.</summary>
internal static class PayloadText
{
    /// <summary>Writes a text of at most 255 characters, and moves on.</summary>
    public static void Write(string text, Span<byte> to, ref int at)
    {
        int length = Encoding.ASCII.GetBytes(text, to[(at + 1)..]);
        to[at] = (byte)length;
        at += 1 + length;
    }

    /// <summary>Reads a text where it stands, and moves on; false when the payload ends before it does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (at >= from.Length || from.Length - at - 1 < from[at])
        {
            return false;
        }

        text = from.Slice(at + 1, from[at]);
        at += 1 + text.Length;
        return true;
    }
}
