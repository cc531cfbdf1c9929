using System.Net;

namespace Seckill.Client.Shop;

/// <summary>What the server said.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Value">The body of a success.</param>
/// <param name="Problem">The problem details of a refusal.</param>
/// <param name="RetryAfter">When to ask again, where the server says.</param>
public sealed record ShopAnswer<T>(HttpStatusCode Status, T? Value, ShopProblem? Problem, TimeSpan? RetryAfter)
{
    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">It was refused; with the problem.</exception>
    public T Require() => IsSuccess && Value is not null
        ? Value
        : throw new InvalidOperationException($"{(int)Status} {Problem?.Type} {Problem?.Title} {Problem?.Detail}");
}
