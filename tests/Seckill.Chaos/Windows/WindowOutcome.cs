namespace Seckill.Chaos.Windows;

/// <summary>How the tests of a window ended.</summary>
/// <param name="Tests">How many ran.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="Failures">Exception type and message of each failure.</param>
/// <param name="Lines">The lines of their <see cref="WindowReport"/>s.</param>
/// <param name="Log">Everything they said.</param>
internal sealed record WindowOutcome(int Tests, int Failed, IReadOnlyList<(string Type, string Message)> Failures, IReadOnlyList<string> Lines, string Log)
{
    // An assertion or the auditor has spoken. Anything else (a server that did not start, a time-out of the test itself) tells nothing about the window.
    private static readonly string[] Verdicts = ["Shouldly.ShouldAssertException", "Seckill.Chaos.Audit.InvariantsBrokenException"];

    /// <summary>At least one test failed because a promise was seen broken, after a fault had fired.</summary>
    public bool FoundABug => Failures.Any(failure => Verdicts.Contains(failure.Type)) && Lines.Any(line => line.Contains("BROKEN", StringComparison.Ordinal) && !line.Contains("fired: none", StringComparison.Ordinal));

    /// <summary>The first line of the first verdict.</summary>
    public string Reason => Failures.Select(failure => failure.Message.Split('\n').Take(2)).Select(lines => string.Join(' ', lines)).FirstOrDefault() ?? "all tests passed";
}
