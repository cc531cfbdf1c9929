using Seckill.Core.Ids;
using Seckill.Core.Push;

namespace Push.Hub.Tests.Support;

/// <summary>Reads mailboxes without a hub.</summary>
public static class MailboxReader
{
    /// <summary>Everything that is kept for a user, page by page.</summary>
    public static async Task<IReadOnlyList<MailboxEntry>> ReadAllAsync(this MailboxStore store, string user)
    {
        List<MailboxEntry> entries = [];
        MailboxPosition position = MailboxPosition.Start;
        MailboxPage page;
        do
        {
            page = await store.ReadAsync(new UserId(user), position);
            entries.AddRange(page.Entries);
            position = page.Through;
        }
        while (page.Through != page.Head);
        return entries;
    }
}
