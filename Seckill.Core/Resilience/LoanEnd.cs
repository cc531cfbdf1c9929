namespace Seckill.Core.Resilience;

/// <summary>How the use of something lent by <see cref="DependencyPipeline.LendAsync"/> has ended.</summary>
/// <param name="Outage">What it met that speaks of an outage; null when nothing did.</param>
/// <param name="Longest">The longest that the dependency was waited for in one go.</param>
internal readonly record struct LoanEnd(Exception? Outage, TimeSpan Longest);
