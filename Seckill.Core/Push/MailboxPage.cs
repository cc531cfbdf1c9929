namespace Seckill.Core.Push;

/// <summary>A page of a mailbox after a position, oldest first.</summary>
/// <param name="Head">The mailbox's life and last sequence number; <see cref="MailboxPosition.Start"/> when there is no mailbox.</param>
/// <param name="Through">The position after this page: equal to <paramref name="Head"/> when nothing is left to read.</param>
/// <param name="EpochChanged">The position asked for belongs to another life, or lies ahead of the head: the page starts at the oldest message kept.</param>
/// <param name="Truncated">Some message after the position can no longer be had (bounds or TTL).</param>
/// <param name="After">The position that the page begins after: the one asked for, the device's, or before everything.</param>
/// <param name="Entries">The messages; before the first normal one, when asked for, copies of the high ones behind it, also of later pages.</param>
public sealed record MailboxPage(
    MailboxPosition Head, MailboxPosition Through, bool EpochChanged, bool Truncated, MailboxPosition After, IReadOnlyList<MailboxEntry> Entries);
