namespace Seckill.LoadTests.Audit;

/// <summary>Judges a waiting room by what its people saw: the order of places, the rate, and that nobody was forgotten. Pure; tests plant violations.</summary>
public static class RoomAudit
{
    private const string Invariant = "room";
    private const int MaxNamed = 3;

    /// <summary>All checks.</summary>
    public static IReadOnlyList<Finding> Judge(RoomEvidence evidence) =>
    [
        Of("Nobody was admitted before someone with a lower place", OutOfOrder(evidence.Turns), evidence),
        Of($"Never more than {evidence.AdmitPerSecond} a second were admitted, and one second's worth more", OverTheRate(evidence), evidence),
        Of("No place was given twice", [.. evidence.Turns.GroupBy(turn => turn.Place).Where(place => place.Count() > 1).Select(place => $"place {place.Key}")], evidence),
        Of("Everybody who joined was admitted", evidence.Joined == evidence.Turns.Count ? [] : [$"{evidence.Joined} joined"], evidence),
    ];

    private static string[] OutOfOrder(IReadOnlyList<RoomTurn> turns)
    {
        List<string> offenders = [];
        DateTimeOffset latest = DateTimeOffset.MinValue;
        foreach (RoomTurn turn in turns.OrderBy(turn => turn.Place))
        {
            if (turn.AdmittedUntil < latest)
            {
                offenders.Add($"place {turn.Place} {(latest - turn.AdmittedUntil).TotalMilliseconds} ms too early");
            }
            else
            {
                latest = turn.AdmittedUntil;
            }
        }

        return [.. offenders];
    }

    /// <summary>A bucket of our own, filled by the times that were told; they are whole milliseconds, so one millisecond's worth is no fault.</summary>
    private static string[] OverTheRate(RoomEvidence evidence)
    {
        List<string> offenders = [];
        double rate = evidence.AdmitPerSecond;
        double left = rate;
        DateTimeOffset? before = null;
        foreach (RoomTurn turn in evidence.Turns.OrderBy(turn => turn.AdmittedUntil))
        {
            left = Math.Min(rate, left + ((turn.AdmittedUntil - (before ?? turn.AdmittedUntil)).TotalSeconds * rate)) - 1;
            before = turn.AdmittedUntil;
            if (left < -1 - (rate / 1_000))
            {
                offenders.Add($"place {turn.Place}");
            }
        }

        return [.. offenders];
    }

    private static Finding Of(string check, string[] offenders, RoomEvidence evidence) => new(
        Invariant, check, offenders.Length == 0 ? FindingStatus.Held : FindingStatus.Broken,
        offenders.Length == 0 ? $"{evidence.Turns.Count} admitted" : $"{offenders.Length}: {string.Join("; ", offenders.Take(MaxNamed))}");
}
