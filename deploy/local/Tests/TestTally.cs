namespace Seckill.Local.Tests;

/// <summary>How many tests passed and failed. A test that did not run counts as failed: nothing here is ever skipped.</summary>
internal readonly record struct TestTally(int Passed, int Failed)
{
    public static TestTally OneFailure { get; } = new(0, 1);

    public static TestTally operator +(TestTally left, TestTally right) => new(left.Passed + right.Passed, left.Failed + right.Failed);
}
