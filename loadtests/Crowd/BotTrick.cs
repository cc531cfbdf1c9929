namespace Seckill.LoadTests.Crowd;

/// <summary>What a bot tries.</summary>
public enum BotTrick
{
    /// <summary>With tokens of its own, as fast as it can, from an address that it makes up.</summary>
    Hammer,

    /// <summary>Without a grab token.</summary>
    NoToken,

    /// <summary>With a grab token whose signature was changed.</summary>
    ForgedToken,

    /// <summary>With another user's grab token.</summary>
    ForeignToken,

    /// <summary>With a grab token that has won already.</summary>
    UsedToken,

    /// <summary>With a bearer token whose signature was changed.</summary>
    ForgedBearer,
}
