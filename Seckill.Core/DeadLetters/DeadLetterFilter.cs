using Seckill.Core.Ids;

namespace Seckill.Core.DeadLetters;

/// <summary>Which dead letters to list; null leaves a condition out.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Most letters in one page.</summary>
    public const int MaxLimit = 500;

    /// <summary>Where they stand. Default: open, those that wait for somebody.</summary>
    public DeadLetterStatus? Status { get; init; } = DeadLetterStatus.Open;

    /// <summary><see cref="DeadLetterStore.DeadLetters"/> or <see cref="DeadLetterStore.Unroutable"/>.</summary>
    public string? Topic { get; init; }

    /// <summary>Their cause.</summary>
    public string? Cause { get; init; }

    /// <summary>The order they are about.</summary>
    public OrderId? Order { get; init; }

    /// <summary>Only letters with a smaller id: the next page. Newest come first.</summary>
    public long? Before { get; init; }

    /// <summary>At most so many; outside 1 to <see cref="MaxLimit"/> the nearer bound counts.</summary>
    public int Limit { get; init; } = 100;
}
