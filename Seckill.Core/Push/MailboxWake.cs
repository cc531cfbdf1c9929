using System.Buffers.Text;
using System.Text;

namespace Seckill.Core.Push;

/// <summary>
/// What <c>mailbox-append.lua</c> publishes to a hub node: <c>W epoch seq userId body</c>, in ASCII up to the body. A node whose connections stand at
/// <c>seq - 1</c> delivers the body as it is; any other reads the mailbox.
/// </summary>
/// <param name="User">Whose mailbox.</param>
/// <param name="Position">Where the message was put.</param>
/// <param name="Body">See <see cref="PushEnvelope"/>.</param>
public readonly record struct MailboxWake(string User, MailboxPosition Position, ReadOnlyMemory<byte> Body)
{
    /// <summary>First byte of every wake-up; no <see cref="BackplaneMessage"/> begins with it.</summary>
    public const byte Marker = (byte)'W';

    /// <summary>Reads a wake-up; false when the bytes are something else.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> message, out MailboxWake wake)
    {
        wake = default;
        ReadOnlySpan<byte> rest = message.Span;
        if (!rest.StartsWith("W "u8))
        {
            return false;
        }

        rest = rest[2..];
        int epochEnd = rest.IndexOf((byte)' ');
        if (epochEnd <= 0 || !Utf8Parser.TryParse(rest[(epochEnd + 1)..], out long seq, out int digits))
        {
            return false;
        }

        string epoch = Encoding.ASCII.GetString(rest[..epochEnd]);
        rest = rest[(epochEnd + 1 + digits)..];
        int userEnd = rest.Length > 1 ? rest[1..].IndexOf((byte)' ') : -1;
        if (userEnd <= 0)
        {
            return false;
        }

        string user = Encoding.ASCII.GetString(rest.Slice(1, userEnd));
        wake = new MailboxWake(user, new MailboxPosition(epoch, seq), message[(message.Length - rest.Length + userEnd + 2)..]);
        return true;
    }
}
