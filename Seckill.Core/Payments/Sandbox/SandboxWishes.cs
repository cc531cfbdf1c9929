namespace Seckill.Core.Payments.Sandbox;

/// <summary>How the sandbox shall treat one charge, for tests and demonstrations. What is absent goes by <see cref="SandboxOptions"/>.</summary>
/// <param name="Outcome"><c>captured</c> or <c>declined</c>.</param>
/// <param name="LatencyMs">How long each decision takes, 0 to <see cref="MaxLatencyMs"/>.</param>
/// <param name="Callbacks">Callbacks per decision: 0 (lost), 1, or 2 (duplicated).</param>
public sealed record SandboxWishes(string? Outcome = null, int? LatencyMs = null, int? Callbacks = null)
{
    /// <summary>Ten minutes.</summary>
    public const int MaxLatencyMs = 600_000;

    /// <summary>Whether every wish can be granted.</summary>
    public bool AreValid => Outcome is null or "captured" or "declined" && LatencyMs is null or (>= 0 and <= MaxLatencyMs) && Callbacks is null or (>= 0 and <= 2);
}
