namespace Push.Hub.Diagnostics;

/// <summary>Log event ids of the hub: 1850 to 1899 of the range that Core gives to push. Permanent.</summary>
internal static class HubEventIds
{
    public const int NotPublished = 1850;
    public const int BackplaneMessageFailed = 1851;
    public const int SubscriptionRebuilt = 1852;
    public const int SubscriptionFailed = 1853;
    public const int MailboxNotRead = 1860;
    public const int PositionsNotChecked = 1861;
    public const int LeaseNotTaken = 1862;
    public const int AcksNotWritten = 1863;
    public const int ConnectionCutOff = 1870;
    public const int Draining = 1880;
    public const int Drained = 1881;
    public const int PresenceNotTold = 1882;
}
