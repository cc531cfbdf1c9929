namespace Seckill.LoadTests.Running;

/// <summary>How arrivals come. Simulations of a scenario run one after another. The words are NBomber's.</summary>
public abstract record LoadSimulation
{
    private LoadSimulation()
    {
    }

    /// <summary>How long arrivals come for.</summary>
    public abstract TimeSpan During { get; }

    /// <summary>Arrivals planned, or 0 when that depends on the answers (<see cref="KeepConstant"/>).</summary>
    public abstract int Planned { get; }

    /// <summary>Open model: <paramref name="Rate"/> arrivals a second, evenly spaced, whatever the answers do.</summary>
    public sealed record Inject(double Rate, TimeSpan Length) : LoadSimulation
    {
        public override TimeSpan During => Length;

        public override int Planned => (int)Math.Round(Rate * Length.TotalSeconds);
    }

    /// <summary>Open model: the rate goes from <paramref name="From"/> to <paramref name="To"/> arrivals a second in a straight line.</summary>
    public sealed record RampingInject(double From, double To, TimeSpan Length) : LoadSimulation
    {
        public override TimeSpan During => Length;

        public override int Planned => (int)Math.Round((From + To) / 2 * Length.TotalSeconds);
    }

    /// <summary>Open model: <paramref name="Count"/> arrivals spread evenly over a short time: the crowd at T0. Zero length: all at the same instant.</summary>
    public sealed record Burst(int Count, TimeSpan Length) : LoadSimulation
    {
        public override TimeSpan During => Length;

        public override int Planned => Count;
    }

    /// <summary>
    /// Closed model: <paramref name="Copies"/> users, each of whom presses again as soon as the last press was answered. A slow answer holds the next
    /// press back, so its percentiles say what these users saw and nothing about a crowd; the report marks them.
    /// </summary>
    public sealed record KeepConstant(int Copies, TimeSpan Length) : LoadSimulation
    {
        public override TimeSpan During => Length;

        public override int Planned => 0;
    }
}
