using System.Globalization;

namespace Seckill.Core.Push;

/// <summary>What a mailbox knows of the way of one of its messages; null where it knows no more, or does not know yet.</summary>
/// <param name="AppendedAt">When it was put into the mailbox, by the appender's clock; known as long as the message is kept.</param>
/// <param name="DeliveredAt">When it was first handed to a connection, of a delivery that was confirmed.</param>
/// <param name="AckedAt">When a client first confirmed it.</param>
public sealed record MailboxTrack(DateTimeOffset? AppendedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? AckedAt)
{
    /// <summary>Reads what the mailbox holds.</summary>
    /// <param name="seq">The message's number.</param>
    /// <param name="stored">The message as stored, null when it is gone.</param>
    /// <param name="times">The field <c>times</c>, see <c>mailbox-ack.lua</c>.</param>
    /// <param name="maxTimes">How many that field holds at most.</param>
    internal static MailboxTrack Of(long seq, byte[]? stored, string? times, int maxTimes)
    {
        DateTimeOffset? appendedAt = stored is not null && PushEnvelope.TryReadAt(stored, out DateTimeOffset at) ? at : null;
        MailboxConfirmation[] confirmed = Parse(times);

        // The first confirmation that reaches the message is its own, if none is missing before it: the list begins with the mailbox, or tells of one below the message.
        int first = Array.FindIndex(confirmed, one => one.Seq >= seq);
        bool isOwn = first >= 0 && (confirmed.Length < maxTimes || confirmed[first].Seq == seq || first > 0);
        return isOwn ? new MailboxTrack(appendedAt, confirmed[first].DeliveredAt, confirmed[first].AckedAt) : new MailboxTrack(appendedAt, null, null);
    }

    private static MailboxConfirmation[] Parse(string? times)
    {
        List<MailboxConfirmation> confirmed = [];
        foreach (string one in (times ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = one.Split(' ');
            if (parts.Length == 3 && Number(parts[0]) is { } seq && Time(parts[1]) is { } delivered && Time(parts[2]) is { } acked)
            {
                confirmed.Add(new MailboxConfirmation(seq, delivered, acked));
            }
        }

        return [.. confirmed];
    }

    private static DateTimeOffset? Time(string text) => Number(text) is { } ms and <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
