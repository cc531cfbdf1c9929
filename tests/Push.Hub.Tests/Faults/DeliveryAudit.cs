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
        int[] lives = new int[appended.Count];
        foreach ((int place, AppendedMessage message) in appended.Index())
        {
            places.Add(message.Id, place);
            bool isSameLife = place == 0 || message.Position.Epoch == appended[place - 1].Position.Epoch;
            lives[place] = (place == 0 ? 0 : lives[place - 1]) + (isSameLife ? 0 : 1);
        }

        bool[] shown = new bool[appended.Count];
        int twice = 0, outOfOrder = 0, unknown = 0, untold = 0, falseGaps = 0, gaps = 0, gapsSince = 0;
        int last = -1;
        foreach (PushEvent one in told)
        {
            if (one is not PushMessage { Seq: > 0 } message)
            {
                gapsSince += one is PushGap ? 1 : 0;
                continue;
            }

            if (!places.TryGetValue(message.Id, out int place))
            {
                unknown++;
                continue;
            }

            twice += shown[place] ? 1 : 0;
            outOfOrder += !shown[place] && place < last ? 1 : 0;
            int livesPassed = Math.Max(lives[place] - (last < 0 ? 0 : lives[last]), 0);
            untold += last >= 0 && livesPassed > 0 && gapsSince == 0 ? 1 : 0;
            falseGaps += Math.Max(gapsSince - livesPassed, 0);
            gaps += gapsSince;
            gapsSince = 0;
            shown[place] = true;
            last = Math.Max(last, place);
        }

        (int lost, int forgotten) = Missing(lives, shown);
        return new DeliveryFindings(
            appended.Count,
            shown.Count(isShown => isShown),
            lost,
            forgotten,
            twice,
            outOfOrder,
            unknown,
            lives.LastOrDefault(),
            untold,
            falseGaps + gapsSince,
            gaps + gapsSince);
    }

    // Walked from the end: what is missing behind everything shown of a former life went with that life.
    private static (int Lost, int Forgotten) Missing(int[] lives, bool[] shown)
    {
        int lost = 0, forgotten = 0, shownLife = -1;
        for (int i = lives.Length - 1; i >= 0; i--)
        {
            if (shown[i])
            {
                shownLife = lives[i];
            }
            else if (lives[i] != lives[^1] && lives[i] != shownLife)
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
