using Seckill.Core.Push;

namespace Push.Hub.Delivery;

/// <summary>What waits to be written of a user's confirmations on a device.</summary>
/// <param name="Position">The highest confirmed.</param>
/// <param name="Times">Of the last confirmations, oldest first, at most <see cref="MailboxStore.MaxTimes"/>.</param>
internal sealed record WaitingAck(MailboxPosition Position, MailboxConfirmation[] Times)
{
    /// <summary>With one that came later. Those of another life of the mailbox are of no use any more.</summary>
    public WaitingAck With(WaitingAck later) => later.Position.Epoch != Position.Epoch ? later : new WaitingAck(
        Position.Seq > later.Position.Seq ? Position : later.Position,
        [.. Times.Concat(later.Times).TakeLast(MailboxStore.MaxTimes)]);

    /// <summary>Once an earlier state of it has been written: its times would be written a second time, and push older ones out.</summary>
    public WaitingAck Without(WaitingAck written) => this with { Times = [.. Times.Except(written.Times)] };
}
