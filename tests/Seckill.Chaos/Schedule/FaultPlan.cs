namespace Seckill.Chaos.Schedule;

/// <summary>What a run does, decided before it starts and by nothing but its seed: which fault at which moment, with which random choices.</summary>
/// <param name="Seed">Replays it.</param>
/// <param name="Length">How long the crowd buys.</param>
/// <param name="Steps">In order of time.</param>
internal sealed record FaultPlan(int Seed, TimeSpan Length, IReadOnlyList<FaultStep> Steps)
{
    /// <summary>Draws a plan.</summary>
    /// <param name="seed">The same seed, length and catalogue give the same plan.</param>
    /// <param name="length">How long the run is.</param>
    /// <param name="faultsPerMinute">How many faults on average; one may strike while another is being healed.</param>
    /// <param name="catalogue">What to draw from.</param>
    public static FaultPlan Draw(int seed, TimeSpan length, double faultsPerMinute, IReadOnlyList<FaultKind> catalogue)
    {
        Random random = new(seed);
        // Drawn like cards, and shuffled anew when all are out: no kind stays away for long.
        FaultKind[] cards = [.. catalogue.Where(kind => length.TotalMinutes >= kind.MinMinutes).SelectMany(kind => Enumerable.Repeat(kind, kind.Weight))];
        List<FaultStep> steps = [];
        // A quiet beginning and end, so that the crowd is under way when the first fault strikes and the last one has something left to break.
        TimeSpan quiet = TimeSpan.FromSeconds(Math.Min(5, length.TotalSeconds / 10));
        TimeSpan gap = TimeSpan.FromMinutes(1 / faultsPerMinute);
        for (TimeSpan at = quiet; at < length - quiet; at += gap * (0.5 + random.NextDouble()))
        {
            int drawn = steps.Count % cards.Length;
            if (drawn == 0)
            {
                random.Shuffle(cards);
            }

            steps.Add(new FaultStep(at, cards[drawn], random.Next()));
        }

        return new FaultPlan(seed, length, steps);
    }
}
