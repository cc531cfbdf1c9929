using Shouldly;

namespace Push.Hub.Tests.Faults;

/// <summary>What <see cref="DeliveryAudit"/> counted, over any number of users.</summary>
/// <param name="Appended">Messages that Redis took.</param>
/// <param name="Shown">Messages that clients showed.</param>
/// <param name="Lost">Appended and not shown, although the mailbox kept them to the end.</param>
/// <param name="Forgotten">Appended and not shown because the mailbox itself was lost before; allowed where a gap was told.</param>
/// <param name="Twice">Shown again.</param>
/// <param name="OutOfOrder">Shown after a later one of the same user.</param>
/// <param name="Unknown">Shown and never appended.</param>
/// <param name="LivesLost">Times that a mailbox was lost.</param>
/// <param name="GapsUntold">Losses of a mailbox between two shown messages with no gap told there.</param>
/// <param name="GapsFalse">Gaps told where no mailbox was lost, or more of them than were lost.</param>
/// <param name="GapsTold">Gaps told, all in all: one may stand for several lives of which the client saw nothing.</param>
public sealed record DeliveryFindings(
    int Appended, int Shown, int Lost, int Forgotten, int Twice, int OutOfOrder, int Unknown, int LivesLost, int GapsUntold, int GapsFalse, int GapsTold)
{
    public static DeliveryFindings operator +(DeliveryFindings left, DeliveryFindings right) => Add(left, right);

    public static DeliveryFindings Add(DeliveryFindings left, DeliveryFindings right) => new(
        left.Appended + right.Appended,
        left.Shown + right.Shown,
        left.Lost + right.Lost,
        left.Forgotten + right.Forgotten,
        left.Twice + right.Twice,
        left.OutOfOrder + right.OutOfOrder,
        left.Unknown + right.Unknown,
        left.LivesLost + right.LivesLost,
        left.GapsUntold + right.GapsUntold,
        left.GapsFalse + right.GapsFalse,
        left.GapsTold + right.GapsTold);

    /// <summary>Nothing lost, repeated, moved or invented, and a gap told wherever a mailbox was lost and nowhere else.</summary>
    public void MustBeClean() => this.ShouldBe(
        this with { Lost = 0, Twice = 0, OutOfOrder = 0, Unknown = 0, GapsUntold = 0, GapsFalse = 0 });
}
