using System.Text.Json;
using Seckill.Core.Push;

namespace Push.Hub.Delivery;

/// <summary>Where a connection stands after it resumed, or after its mailbox changed under it. Also the payload of <see cref="PushTypes.Position"/>.</summary>
/// <param name="Epoch">The mailbox's life; empty while the user has no mailbox.</param>
/// <param name="HeadSeq">Its last sequence number.</param>
/// <param name="AfterSeq">What follows begins after this: the client's position, its device's, or 0.</param>
/// <param name="Recovered">Everything after the client's position is delivered: neither of the other two.</param>
/// <param name="EpochChanged">The client's position was of another life: everything kept is delivered, numbered anew.</param>
/// <param name="Truncated">Some messages after the client's position can no longer be had: read the state by HTTP.</param>
public sealed record ResumeAnswer(string Epoch, long HeadSeq, long AfterSeq, bool Recovered, bool EpochChanged, bool Truncated)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>What a page says about the position that it was read from.</summary>
    public static ResumeAnswer Of(MailboxPage page) =>
        new(page.Head.Epoch, page.Head.Seq, page.After.Seq, !page.EpochChanged && !page.Truncated, page.EpochChanged, page.Truncated);

    /// <summary>That messages after a position can no longer be had.</summary>
    public static ResumeAnswer OfHole(MailboxPosition after, MailboxPosition head) =>
        new(head.Epoch, head.Seq, after.Seq, Recovered: false, EpochChanged: false, Truncated: true);

    /// <summary>The envelope that tells it, with sequence number 0.</summary>
    public MailboxEntry ToEntry(DateTimeOffset now) =>
        new(0, PushEnvelope.EncodeTransientBody(PushTypes.Position, now, TimeSpan.Zero, JsonSerializer.SerializeToUtf8Bytes(this, Web)));
}
