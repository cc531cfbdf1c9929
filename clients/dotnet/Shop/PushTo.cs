namespace Seckill.Client.Shop;

/// <summary>Receivers of a <see cref="NewPush"/>; made by one of the methods.</summary>
public sealed record PushTo
{
    private PushTo()
    {
    }

    /// <summary>Everyone who is connected just now.</summary>
    public static PushTo Everyone { get; } = new() { All = true };

    /// <summary>One user.</summary>
    public string? User { get; private init; }

    /// <summary>Several users.</summary>
    public IReadOnlyList<string>? Users { get; private init; }

    /// <summary>A group.</summary>
    public string? Group { get; private init; }

    /// <summary>True for all.</summary>
    public bool? All { get; private init; }

    /// <summary>One user; stored until it is delivered.</summary>
    public static PushTo OneUser(string user) => new() { User = user };

    /// <summary>Several users, at most 1,000, each once.</summary>
    public static PushTo SeveralUsers(IReadOnlyList<string> users) => new() { Users = users };

    /// <summary>Everyone who watches a sale just now.</summary>
    public static PushTo WatchersOf(string saleId) => new() { Group = $"sale:{saleId}" };
}
