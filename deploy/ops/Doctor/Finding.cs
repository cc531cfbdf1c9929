namespace Seckill.Ops.Doctor;

/// <summary>One check and its outcome.</summary>
/// <param name="Area">machine, ports, configuration, redis, mysql, kafka or clocks.</param>
/// <param name="Check">What was looked at.</param>
/// <param name="Verdict">The outcome.</param>
/// <param name="Seen">What was found.</param>
/// <param name="Fix">What to do; empty when nothing.</param>
internal sealed record Finding(string Area, string Check, Verdict Verdict, string Seen, string Fix = "")
{
    /// <summary>A check with two outcomes.</summary>
    public static Finding Of(string area, string check, bool isOk, Verdict otherwise, string seen, string fix) => new(area, check, isOk ? Verdict.Ok : otherwise, seen, isOk ? string.Empty : fix);
}
