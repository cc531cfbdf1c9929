using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Resilience;

/// <summary>
/// What every call to one dependency goes through: a bulkhead (so many at once, so many waiting), a retry with jitter, a circuit that opens by the share of failed and slow calls, and a time limit.
/// </summary>
/// <remarks>
/// Thread-safe; one for each dependency of a process. Only for calls that may be repeated, or of which only the beginning is (<see cref="LendAsync"/>). A call that is refused was not made, and says so by
/// its exception: an open circuit leaves nothing unknown. Which dependency has one, and which has a better answer of its own: docs/resilience.md.
/// </remarks>
internal sealed class DependencyPipeline : IDisposable
{
    private static readonly ResiliencePropertyKey<bool> WasSlow = new("seckill.slow");

    private readonly string _name;
    private readonly ResilienceOptions _options;
    private readonly Func<Exception, bool> _isOutage;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ConcurrencyLimiter _bulkhead;
    private readonly ResiliencePipeline _calls;
    private readonly ResiliencePipeline _loans;

    /// <summary>Puts the pipeline together.</summary>
    /// <param name="name">The dependency, in metrics and logs.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="isOutage">Which faults speak of the dependency rather than of what it was asked; a time-out of ours always does.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where opening and closing is said, once each.</param>
    public DependencyPipeline(string name, ResilienceOptions options, Func<Exception, bool> isOutage, TimeProvider time, ILogger log)
    {
        (_name, _options, _isOutage, _time, _log) = (name, options, isOutage, time, log);
        _bulkhead = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxConcurrent,
            QueueLimit = options.MaxQueued,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        ResiliencePipeline circuit = Builder().AddCircuitBreaker(Circuit()).Build();
        ResiliencePipeline limit = Builder().AddTimeout(Limit()).Build();
        _calls = Repeating().AddPipeline(circuit).AddPipeline(limit).Build();
        _loans = Repeating().AddPipeline(circuit).Build();
        CircuitMetrics.Stands(name, CircuitMetrics.Closed);
    }

    /// <summary>Makes a call, and makes it again when it fails in a way that speaks of an outage.</summary>
    /// <param name="call">Safe to repeat. One that does not heed its token is given up all the same, and may still take effect.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DependencyNotAskedException">The circuit is open, or too many calls are under way: nothing was asked.</exception>
    /// <exception cref="TimeoutException">No answer within the limit: the outcome is unknown.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken stop)
    {
        T? answer = default;
        await ThroughAsync(_calls, AttemptAsync, stop);
        return answer!;

        async ValueTask AttemptAsync(ResilienceContext context)
        {
            long startedAt = _time.GetTimestamp();
            try
            {
                answer = await call(context.CancellationToken).WaitAsync(context.CancellationToken);
            }
            finally
            {
                Judge(context, _time.GetElapsedTime(startedAt));
            }
        }
    }

    /// <summary>
    /// Lends something that is asked more than once, a connection: only the opening is repeated, and what the borrower meets counts for the circuit when he gives it back. It takes one of the bulkhead's places
    /// for so long. Its own time limits are its own.
    /// </summary>
    /// <param name="open">Opens it; the second part of the answer ends when the borrower gives it back.</param>
    /// <param name="stop">Gives the opening up.</param>
    /// <exception cref="DependencyNotAskedException">As for <see cref="RunAsync"/>.</exception>
    public Task<T> LendAsync<T>(Func<CancellationToken, Task<(T Loan, Task<LoanEnd> End)>> open, CancellationToken stop)
    {
        TaskCompletionSource<T> lent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = UseAsync();
        return lent.Task;

        // Outlives the caller's wait: it ends with the loan.
        async Task UseAsync()
        {
            try
            {
                await ThroughAsync(_loans, AttemptAsync, stop);
            }
            catch (LoanBrokenException)
            {
                // The borrower has met it himself.
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                lent.TrySetCanceled(stop);
            }
            catch (Exception fault)
            {
                lent.TrySetException(fault);
            }
        }

        async ValueTask AttemptAsync(ResilienceContext context)
        {
            (T loan, Task<LoanEnd> end) = await open(context.CancellationToken);
            lent.SetResult(loan);
            (Exception? outage, TimeSpan longest) = await end;
            Judge(context, longest);
            if (outage is not null)
            {
                throw new LoanBrokenException(outage);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bulkhead.Dispose();

    private async Task ThroughAsync(ResiliencePipeline pipeline, Func<ResilienceContext, ValueTask> attempt, CancellationToken stop)
    {
        using RateLimitLease place = await TakePlaceAsync(stop);
        ResilienceContext context = ResilienceContextPool.Shared.Get(stop);
        try
        {
            await pipeline.ExecuteAsync(static (context, attempt) => attempt(context), context, attempt);
        }
        catch (BrokenCircuitException open)
        {
            throw NotAsked("circuit", $"{_name} is not asked: its circuit is open.", open);
        }
        catch (TimeoutRejectedException late)
        {
            throw new TimeoutException($"{_name} has not answered within {_options.Timeout.TotalSeconds} s.", late);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<RateLimitLease> TakePlaceAsync(CancellationToken stop)
    {
        RateLimitLease place = _bulkhead.AttemptAcquire();
        if (!place.IsAcquired && _options.MaxQueued > 0)
        {
            using CancellationTokenSource limit = new(_options.Timeout, _time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            try
            {
                place = await _bulkhead.AcquireAsync(1, either.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Waited long enough: as good as refused.
            }
        }

        return place.IsAcquired ? place : throw NotAsked("bulkhead", $"{_name} is not asked: {_options.MaxConcurrent} calls are under way.", null);
    }

    private DependencyNotAskedException NotAsked(string reason, string text, Exception? inner)
    {
        ResilienceMetrics.Rejected.Add(1, CircuitMetrics.TagOf(_name), new("reason", reason));
        return new DependencyNotAskedException(text, inner);
    }

    private void Judge(ResilienceContext context, TimeSpan took) => context.Properties.Set(WasSlow, took >= _options.SlowAfter);

    private ResiliencePipelineBuilder Builder() => new() { Name = _name, TimeProvider = _time };

    private ResiliencePipelineBuilder Repeating() => _options.Retries == 0 ? Builder() : Builder().AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = _options.Retries,
        Delay = _options.RetryPause,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } fault and not LoanBrokenException && IsOutage(fault)),
        OnRetry = _ =>
        {
            ResilienceMetrics.Retries.Add(1, CircuitMetrics.TagOf(_name));
            return default;
        },
    });

    private TimeoutStrategyOptions Limit() => new()
    {
        Timeout = _options.Timeout,
        OnTimeout = _ =>
        {
            ResilienceMetrics.Timeouts.Add(1, CircuitMetrics.TagOf(_name));
            return default;
        },
    };

    private CircuitBreakerStrategyOptions Circuit() => new()
    {
        FailureRatio = _options.FailureRatio,
        SamplingDuration = _options.SamplingWindow,
        MinimumThroughput = _options.MinimumCalls,
        BreakDuration = _options.BreakFor,
        StateProvider = _state,
        ShouldHandle = call => ValueTask.FromResult(Counts(call.Outcome.Exception) || call.Context.Properties.GetValue(WasSlow, false)),
        OnOpened = opened =>
        {
            CircuitMetrics.Stands(_name, CircuitMetrics.Open);
            _log.CircuitOpened(_name, opened.BreakDuration, opened.Outcome.Exception);
            return default;
        },
        OnHalfOpened = _ =>
        {
            CircuitMetrics.Stands(_name, CircuitMetrics.Probing);
            return default;
        },
        OnClosed = _ =>
        {
            CircuitMetrics.Stands(_name, CircuitMetrics.Closed);
            _log.CircuitClosed(_name);
            return default;
        },
    };

    // Whoever went away in the middle of a probe has proved nothing: the circuit must not close on it.
    private bool Counts(Exception? fault) =>
        fault is OperationCanceledException ? _state.CircuitState is CircuitState.HalfOpen : fault is LoanBrokenException || (fault is not null && IsOutage(fault));

    private bool IsOutage(Exception fault) => fault is TimeoutRejectedException || (fault is not (BrokenCircuitException or OperationCanceledException) && _isOutage(fault));
}
