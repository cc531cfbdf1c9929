namespace Seckill.Chaos.Audit;

/// <summary>A broken promise, with what shows it.</summary>
internal sealed record Violation(Invariant Invariant, string Evidence)
{
    public override string ToString() => $"I{(int)Invariant} {Invariant}: {Evidence}";
}
