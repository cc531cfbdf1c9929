using System.Net;

namespace Seckill.Integration.EndToEnd;

/// <summary>What one grab was told.</summary>
/// <param name="User">Who asked.</param>
/// <param name="Status">HTTP status; null when the connection broke and nothing is known.</param>
/// <param name="Type">The problem's type without its prefix, or null.</param>
/// <param name="OrderId">The order named in the answer, or null.</param>
internal sealed record GrabAnswer(string User, HttpStatusCode? Status, string? Type, string? OrderId)
{
    public bool Won => Status == HttpStatusCode.Accepted;

    /// <summary>The answer does not say whether a unit was reserved: ask again.</summary>
    public bool Unknown => Status is null or HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
}
