namespace Seckill.Rivals;

/// <summary>What this process is. Bound from the section <c>Rival</c>.</summary>
internal sealed record RivalOptions
{
    public const string Section = "Rival";

    /// <summary><c>bare</c>, <c>naive</c> or <c>single</c> for grabs; <c>stock</c> or <c>raw</c> for push.</summary>
    public string Design { get; set; } = "bare";

    /// <summary>The body that every accepted grab is answered with: the bytes of a real answer.</summary>
    public string Body { get; set; } = string.Empty;

    /// <summary>The <c>Location</c> of that answer.</summary>
    public string Location { get; set; } = string.Empty;

    /// <summary>Its <c>Content-Type</c>.</summary>
    public string ContentType { get; set; } = "application/json; charset=utf-8";

    /// <summary>Units that the naive and the single design sell from each time they are reset.</summary>
    public int Units { get; set; } = 10_000_000;
}
