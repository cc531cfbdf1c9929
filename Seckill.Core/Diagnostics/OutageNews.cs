namespace Seckill.Core.Diagnostics;

/// <summary>Whether an outage is worth a log line: it has begun, or has grown. For loops that would else say the same at every turn. Not thread-safe.</summary>
internal sealed class OutageNews
{
    private int _told;

    /// <param name="away">How many do not answer at this turn; 0 ends the outage.</param>
    public bool IsNews(int away)
    {
        bool isNews = away > _told;
        _told = away == 0 ? 0 : Math.Max(_told, away);
        return isNews;
    }
}
