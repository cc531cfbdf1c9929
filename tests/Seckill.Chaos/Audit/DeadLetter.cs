namespace Seckill.Chaos.Audit;

/// <summary>One record of <c>seckill.dead-letters</c> or <c>seckill.unroutable</c>.</summary>
/// <param name="Topic">Which of the two.</param>
/// <param name="Error">Why it was put aside.</param>
/// <param name="Value">What it holds, as text.</param>
internal sealed record DeadLetter(string Topic, string Error, string Value);
