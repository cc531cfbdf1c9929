using Seckill.Core.Resilience;

namespace Seckill.Core.Tests.Resilience;

/// <summary>Bounds that a test can reach: four calls in the window, half of them failed, and no repetition unless the test wants one.</summary>
internal sealed record TestResilienceOptions : ResilienceOptions
{
    public TestResilienceOptions()
    {
        Timeout = TimeSpan.FromSeconds(30);
        Retries = 0;
        RetryPause = TimeSpan.FromMilliseconds(1);
        SlowAfter = TimeSpan.FromSeconds(1);
        FailureRatio = 0.5;
        SamplingWindow = TimeSpan.FromMinutes(1);
        MinimumCalls = 4;
        BreakFor = TimeSpan.FromSeconds(10);
        MaxConcurrent = 100;
        MaxQueued = 0;
    }
}
