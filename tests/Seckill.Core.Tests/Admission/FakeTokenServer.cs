using Seckill.Core.Admission;
using StackExchange.Redis;

namespace Seckill.Core.Tests.Admission;

/// <summary>One shared bucket as <c>token-bucket.lua</c> keeps it, with a clock that is told the time; answers at once, late, or not at all.</summary>
internal sealed class FakeTokenServer(TimeProvider time)
{
    private decimal? _millionths;
    private long _at;

    /// <summary>What was asked for, in order.</summary>
    public List<int> Asked { get; } = [];

    public int Granted { get; private set; }

    /// <summary>Set: questions fail with it.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Set: answers wait for it.</summary>
    public TaskCompletionSource? Held { get; set; }

    /// <summary>True: answers come on another thread.</summary>
    public bool Yields { get; set; }

    public async Task<TokenGrant> LendAsync(RedisKey bucket, TokenRate rate, int wanted)
    {
        Asked.Add(wanted);
        if (Held is { } held)
        {
            await held.Task;
        }

        if (Yields)
        {
            await Task.Yield();
        }

        if (Fault is { } fault)
        {
            throw fault;
        }

        return Take(rate, wanted);
    }

    private TokenGrant Take(TokenRate rate, int wanted)
    {
        decimal full = rate.Burst * 1_000_000m;
        long now = time.GetTimestamp();
        decimal passedUs = (decimal)(now - _at) / TimeSpan.TicksPerMicrosecond;
        decimal left = _millionths is { } kept ? Math.Min(full, kept + (passedUs * rate.PerSecond)) : full;
        int granted = (int)Math.Min(wanted, decimal.Floor(left / 1_000_000));
        (_millionths, _at) = (left - (granted * 1_000_000m), now);
        Granted += granted;
        decimal missing = 1_000_000 - _millionths.Value;
        return new TokenGrant(granted, missing > 0 ? TimeSpan.FromMicroseconds((double)decimal.Ceiling(missing / rate.PerSecond)) : TimeSpan.Zero);
    }
}
