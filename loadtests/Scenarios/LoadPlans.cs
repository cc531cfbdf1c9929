using Seckill.LoadTests.Running;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Scenarios;

/// <summary>The scenarios by name.</summary>
public static class LoadPlans
{
    private const int MaxUsers = 200_000;
    private const int ShuffleSeed = 20_111_111;

    public static IReadOnlyList<string> Names { get; } = ["burst", "steady", "sold-out", "repeat-buyers", "bots", "waiting-room"];

    /// <exception cref="TargetException">No such scenario, or more users than a run holds.</exception>
    public static LoadPlan For(LoadRunOptions options)
    {
        LoadPlan plan = options.Scenario switch
        {
            "burst" => Burst(options),
            "steady" => Steady(options),
            "sold-out" => SoldOut(options),
            "repeat-buyers" => RepeatBuyers(options),
            "bots" => Bots(options),
            "waiting-room" => WaitingRoom(options),
            string other => throw new TargetException($"There is no scenario '{other}'. Known: {string.Join(", ", Names)}."),
        };
        return plan.Users <= MaxUsers ? plan : throw new TargetException($"{plan.Users} users are asked for; a run holds at most {MaxUsers}.");
    }

    /// <summary>Everyone presses at T0 and, since nothing moved at once, presses again: two arrivals per user in one shuffled order.</summary>
    private static LoadPlan Burst(LoadRunOptions options)
    {
        int users = options.Users ?? 5_000;
        int rate = options.Rate ?? 5_000;
        int[] order = [.. Enumerable.Range(0, users), .. Enumerable.Range(0, users)];
        new Random(ShuffleSeed).Shuffle(order);
        return new LoadPlan("burst", "Does the crowd at T0 get exactly the units there are, and does each winner hear of it?",
            users, options.Units ?? 500, [new LoadSimulation.Burst(order.Length, TimeSpan.FromSeconds((double)order.Length / rate))], ["grab"],
            arrival => order[arrival % order.Length], [Threshold.Parse("errors.share<=0.001"), Threshold.Parse("not-sent.count<=0")]);
    }

    /// <summary>A new user each time and enough units for all: what the path sustains while it sells.</summary>
    private static LoadPlan Steady(LoadRunOptions options)
    {
        int rate = options.Rate ?? 500;
        TimeSpan ramp = TimeSpan.FromSeconds(3);
        LoadSimulation[] simulations = [new LoadSimulation.RampingInject(0, rate, ramp), new LoadSimulation.Inject(rate, options.Duration ?? TimeSpan.FromSeconds(15))];
        int users = options.Users ?? simulations.Sum(one => one.Planned);
        return new LoadPlan("steady", "What does a winning grab cost while orders are written at the same rate?",
            users, options.Units ?? users, simulations, ["grab"], arrival => arrival % users,
            [Threshold.Parse("errors.share<=0.001"), Threshold.Parse("not-sent.count<=0")]);
    }

    /// <summary>A handful of units and then only refusals: the path that nearly everyone of a real crowd takes.</summary>
    private static LoadPlan SoldOut(LoadRunOptions options)
    {
        int users = options.Users ?? 5_000;
        return new LoadPlan("sold-out", "How cheap is 'no'?",
            users, options.Units ?? 10, [new LoadSimulation.Inject(options.Rate ?? 2_000, options.Duration ?? TimeSpan.FromSeconds(15))], ["grab"],
            arrival => arrival % users, [Threshold.Parse("errors.share<=0.001"), Threshold.Parse("not-sent.count<=0")]);
    }

    /// <summary>A crowd that comes many times faster than it is let in: everybody stands in line, and some find everything sold when they get there.</summary>
    private static LoadPlan WaitingRoom(LoadRunOptions options)
    {
        int users = options.Users ?? 2_000;
        int rate = options.Rate ?? 200;
        return new LoadPlan("waiting-room", "Is a crowd that is larger than the rate let in in order, at the rate, and does it get exactly the units there are?",
            users, options.Units ?? 500, [new LoadSimulation.Burst(users, TimeSpan.FromSeconds(2))], ["line up and grab"], arrival => arrival % users,
            [Threshold.Parse("errors.share<=0.001"), Threshold.Parse("not-sent.count<=0")])
        {
            Admission = new AdmissionRequest("required", new WaitingRoomRequest(rate)),
        };
    }

    /// <summary>Few users who press again as soon as they are answered, each arrival twice: one order each must be all they get.</summary>
    private static LoadPlan RepeatBuyers(LoadRunOptions options)
    {
        int users = options.Users ?? 200;
        return new LoadPlan("repeat-buyers", "Does pressing again and again ever buy twice?",
            users, options.Units ?? 500, [new LoadSimulation.KeepConstant(Math.Min(users, options.Rate ?? 64), options.Duration ?? TimeSpan.FromSeconds(10))],
            ["grab", "grab again"], arrival => arrival % users, [Threshold.Parse("errors.share<=0.001")]);
    }

    /// <summary>
    /// One bot among a hundred honest buyers, and each presses 250 times as often: with what is forged, replayed or another's, and as fast as his own tokens let him. There is a unit for
    /// everybody, so an honest buyer who goes without was kept from it by bots.
    /// </summary>
    private static LoadPlan Bots(LoadRunOptions options)
    {
        const int PressesOfHonest = 2, PressesOfBot = 500;
        int honest = options.Users ?? 2_000;
        int bots = Math.Max(4, honest / 100);
        int[] order = [.. Enumerable.Range(0, honest * PressesOfHonest).Select(i => i % honest), .. Enumerable.Range(0, bots * PressesOfBot).Select(i => honest + (i % bots))];
        new Random(ShuffleSeed).Shuffle(order);
        return new LoadPlan("bots", "Do bots get more than their share, or keep honest buyers from theirs?",
            honest + bots, options.Units ?? honest + bots, [new LoadSimulation.Burst(order.Length, TimeSpan.FromSeconds((double)order.Length / (options.Rate ?? 1_400)))], ["press"],
            arrival => order[arrival % order.Length],
            [
                Threshold.Parse("errors.share<=0.001"), Threshold.Parse("not-sent.count<=0"), Threshold.Parse("forgeries.taken.count<=0"), Threshold.Parse("bots.overLimit.count<=0"),
                Threshold.Parse("honest.accepted.share>=0.99"), Threshold.Parse("throttled.count>=1"),
            ])
        {
            Bots = bots,
            Admission = new AdmissionRequest("single-use"),
        };
    }
}
