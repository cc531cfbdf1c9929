using Seckill.Chaos.Stack;
using Seckill.Local.Stack;

namespace Seckill.Chaos.Audit;

/// <summary>Reads gauges of every service once a quarter of a second during a run and keeps the highest value of each. A service that is dead just now is passed over.</summary>
internal sealed class BoundSampler : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, double> _highest;
    private readonly Task _run;

    /// <param name="stack">Whose services.</param>
    /// <param name="bounds">Name of each gauge in <c>/metrics</c>, and what it may reach in one process.</param>
    public BoundSampler(ChaosStack stack, IReadOnlyDictionary<string, double> bounds)
    {
        Bounds = bounds;
        _highest = bounds.Keys.ToDictionary(name => name, _ => 0.0);
        _run = RunAsync(stack);
    }

    public IReadOnlyDictionary<string, double> Bounds { get; }

    /// <summary>Ends the sampling.</summary>
    public async Task<IReadOnlyList<BoundSample>> StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
        return [.. Bounds.Select(bound => new BoundSample(bound.Key, _highest[bound.Key], bound.Value))];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync(ChaosStack stack)
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (ServiceProcess service in stack.Services)
            {
                foreach (string name in Bounds.Keys)
                {
                    try
                    {
                        _highest[name] = Math.Max(_highest[name], await service.SumAsync(name));
                    }
                    catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException)
                    {
                        // Killed or paused just now.
                    }
                }
            }

            await Task.Delay(Every, CancellationToken.None);
        }
    }
}
