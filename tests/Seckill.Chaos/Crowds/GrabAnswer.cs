namespace Seckill.Chaos.Crowds;

/// <summary>What one request of one user was answered.</summary>
/// <param name="User">Who asked.</param>
/// <param name="Sale">For which sale.</param>
/// <param name="SentAt">When it was sent, UTC.</param>
/// <param name="Took">Until the answer, or until the connection broke.</param>
/// <param name="Status">HTTP status; null when the connection broke: nobody knows what happened.</param>
/// <param name="Problem">Type of the problem without its prefix; null for none.</param>
/// <param name="OrderId">The order that the answer names; null for none.</param>
internal sealed record GrabAnswer(string User, ChaosSale Sale, DateTime SentAt, TimeSpan Took, int? Status, string? Problem, string? OrderId)
{
    public bool Won => Status == 202;

    /// <summary>The answer names an order: a new one (202) or the one that is held (409).</summary>
    public bool HasOrder => OrderId is not null;

    public bool SoldOut => Problem == "sold-out";

    /// <summary>The answer does not say whether a unit was reserved, or asks to come again: a patient client does.</summary>
    public bool AsksAgain => Status is null or 429 or >= 500;
}
