using Seckill.Client.Push;

namespace Push.Hub.Tests.Faults;

/// <summary>Holds what a user's client showed against what was appended to the user's mailbox.</summary>
/// <remarks>
/// A mailbox that Redis lost begins a new life (another epoch). Messages of a former life that the client had not shown by then are gone: allowed, if they are the last ones of that life and a
/// gap is told before the first message of the next. Of the last life everything must be shown.
/// </remarks>
public static class DeliveryAudit
{
    /// <param name="appended">In order of appending.</param>
    /// <param name="told">What the client told, in order.</param>
    public static DeliveryFindings Of(IReadOnlyList<AppendedMessage> appended, IReadOnlyList<PushEvent> told)
    {
        Dictionary<string, int> places = [];
        List<string> lives = [];
        foreach (AppendedMessage message in appended)
        {
            places.Add(message.Id, places.Count);
            if (lives.Count == 0 || lives[^1] != message.Position.Epoch)
            {
                lives.Add(message.Position.Epoch);
            }
        }

        bool[] shown = new bool[appended.Count];
        int twice = 0, outOfOrder = 0, unknown = 0, untold = 0, gaps = 0;
        int last = -1;
        bool hasGapSince = true;
        foreach (PushEvent one in told)
        {
            if (one is not PushMessage { Seq: > 0 } message)
            {
                gaps += one is PushGap ? 1 : 0;
                hasGapSince |= one is PushGap;
                continue;
            }

            if (!places.TryGetValue(message.Id, out int place))
            {
                unknown++;
                continue;
            }

            twice += shown[place] ? 1 : 0;
            outOfOrder += !shown[place] && place < last ? 1 : 0;
            untold += last >= 0 && appended[last].Position.Epoch != appended[place].Position.Epoch && !hasGapSince ? 1 : 0;
            shown[place] = true;
            last = Math.Max(last, place);
            hasGapSince = false;
        }

        (int lost, int forgotten) = Missing(appended, shown, lives.Count == 0 ? string.Empty : lives[^1]);
        return new DeliveryFindings(
            appended.Count, shown.Count(isShown => isShown), lost, forgotten, twice, outOfOrder, unknown, Math.Max(lives.Count - 1, 0), untold, gaps);
    }

    // Walked from the end: what is missing behind everything shown of a former life went with that life.
    private static (int Lost, int Forgotten) Missing(IReadOnlyList<AppendedMessage> appended, bool[] shown, string lastLife)
    {
        int lost = 0, forgotten = 0;
        string? shownLife = null;
        for (int i = appended.Count - 1; i >= 0; i--)
        {
            string life = appended[i].Position.Epoch;
            if (shown[i])
            {
                shownLife = life;
            }
            else if (life != lastLife && shownLife != life)
            {
                forgotten++;
            }
            else
            {
                lost++;
            }
        }

        return (lost, forgotten);
    }
}
