using Seckill.Core.Ids;

namespace Seckill.LoadTests.Running;

/// <summary>What a client was told.</summary>
/// <param name="Answer">The kind.</param>
/// <param name="Order">The order named by an accepted or already-grabbed answer.</param>
/// <param name="Detail">For errors: what went wrong, in a few words.</param>
public readonly record struct StepAnswer(Answer Answer, OrderId? Order = null, string? Detail = null);
