using Seckill.Integration.EndToEnd;
using Seckill.Local;
using Seckill.Local.Stack;
using Seckill.Local.Telemetry;
using Xunit;

[assembly: AssemblyFixture(typeof(StackFixture))]

namespace Seckill.Integration.EndToEnd;

/// <summary>One whole engine for all end-to-end tests, each with a sale of its own; started by the first that asks.</summary>
public sealed class StackFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TemporaryDirectory _directory = new();
    private readonly Lazy<OtlpReceiver> _telemetry = new(() => new OtlpReceiver());
    private LocalStack? _stack;

    /// <summary>Where the engine's telemetry goes: requests that ask for it are traced, and a few others.</summary>
    public OtlpReceiver Telemetry => _telemetry.Value;

    public async Task<LocalStack> StackAsync()
    {
        await _turn.WaitAsync();
        try
        {
            return _stack ??= await LocalStack.StartAsync(new LocalStackOptions
            {
                Directory = _directory.Path,
                ServiceEnvironment = new Dictionary<string, string>
                {
                    // So that a test need not wait for the usual quarter of a minute; sooner only makes duplicates, which must do no harm.
                    ["Seckill__Reconciliation__Interval"] = "00:00:01",
                    ["Seckill__Reconciliation__MinAge"] = "00:00:02",
                    ["Seckill__PushMessages__AcknowledgeWithin"] = "00:00:02",
                    ["Seckill__Payments__StepLease"] = "00:00:02",
                    ["Seckill__Payments__SweepInterval"] = "00:00:01",
                    ["Seckill__Payments__SweepGrace"] = "00:00:01",
                    ["Seckill__Telemetry__Endpoint"] = Telemetry.Url.ToString(),
                    ["Seckill__Telemetry__Metrics"] = "ScrapedAndSent",
                    ["Seckill__Telemetry__MetricsInterval"] = "00:00:01",
                    // Spans usually wait five seconds for company.
                    ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                },
            });
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

        if (_telemetry.IsValueCreated)
        {
            await _telemetry.Value.DisposeAsync();
        }

        _directory.Dispose();
        _turn.Dispose();
    }
}
