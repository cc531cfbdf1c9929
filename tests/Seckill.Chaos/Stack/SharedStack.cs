using Seckill.Chaos.Stack;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedStack))]

namespace Seckill.Chaos.Stack;

/// <summary>One engine for all windows that leave it whole, each with a sale of its own; started by the first that asks. It has two of each service, so that one can be away.</summary>
public sealed class SharedStack : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private ChaosStack? _stack;

    /// <summary>Small bounds, so that a test can reach them.</summary>
    public const int MaxConnectionQueueBytes = 64 * 1024;

    internal async Task<ChaosStack> StackAsync(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return _stack ??= await ChaosStack.StartAsync(
                new()
                {
                    Apis = 2,
                    Workers = 2,
                    Hubs = 2,
                    HubEnvironment = new Dictionary<string, string> { ["Seckill__Backplane__MaxConnectionQueueBytes"] = $"{MaxConnectionQueueBytes}" },
                },
                stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null)
        {
            await _stack.DisposeAsync();
        }

        _turn.Dispose();
    }
}
