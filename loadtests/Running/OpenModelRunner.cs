namespace Seckill.LoadTests.Running;

/// <summary>
/// Sends each arrival at its scheduled instant, whether or not earlier ones were answered. One dispatcher; the bound on what is in flight is
/// <see cref="Scenario.MaxInFlight"/>, with the policy told there.
/// </summary>
public sealed class OpenModelRunner
{
    private readonly Scenario _scenario;
    private readonly Func<int, int> _userOf;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _startedAt;
    private int _arrivals;
    private int _inFlight = 1; // the dispatcher counts as one, so that the run cannot look drained before its last arrival

    /// <summary>Prepares a run.</summary>
    /// <param name="scenario">What to run.</param>
    /// <param name="userOf">The user of an arrival, by the arrival's number.</param>
    /// <param name="time">The clock.</param>
    public OpenModelRunner(Scenario scenario, Func<int, int> userOf, TimeProvider time)
    {
        _scenario = scenario;
        _userOf = userOf;
        _time = time;
        Log = new AttemptLog(scenario.Capacity);
    }

    public AttemptLog Log { get; }

    /// <summary>Arrivals whose instant has come.</summary>
    public int Arrivals => Volatile.Read(ref _arrivals);

    public int InFlight => Math.Max(0, Volatile.Read(ref _inFlight) - 1);

    /// <summary>T0 on the wall clock.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    public TimeSpan Elapsed => _startedAt == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_startedAt);

    /// <summary>Runs all simulations; returns when every arrival was answered or failed. Cancelled: no new arrivals, what flies is waited for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        StartedAt = _time.GetUtcNow();
        _startedAt = _time.GetTimestamp();
        TimeSpan start = TimeSpan.Zero;
        foreach (LoadSimulation simulation in _scenario.Simulations)
        {
            TimeSpan begin = start;
            if (simulation is LoadSimulation.KeepConstant constant)
            {
                await KeepConstantAsync(constant, begin + constant.During, stop);
            }
            else
            {
                // A thread of its own: a pool that is busy with answers cannot hold the schedule back.
                await Task.Factory.StartNew(() => Dispatch(simulation, begin, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }

            start += simulation.During;
        }

        Leave();
        await _drained.Task;
    }

    private void Dispatch(LoadSimulation simulation, TimeSpan start, CancellationToken stop)
    {
        foreach (TimeSpan offset in ArrivalSchedule.Of(simulation))
        {
            TimeSpan intended = start + offset;
            // The kernel wakes us about a millisecond later. What is due by then goes out at once, so the rate holds; spinning would be more
            // punctual, at the price of a core that the engine needs.
            while (Elapsed < intended)
            {
                if (stop.WaitHandle.WaitOne(millisecondsTimeout: 1))
                {
                    return;
                }
            }

            if (stop.IsCancellationRequested)
            {
                return;
            }

            Arrive(intended);
        }
    }

    private void Arrive(TimeSpan intended)
    {
        int user = _userOf(Interlocked.Increment(ref _arrivals) - 1);
        if (Interlocked.Increment(ref _inFlight) > _scenario.MaxInFlight + 1)
        {
            TimeSpan now = Elapsed;
            Log.Add(new Attempt(user, 0, Answer.NotSent, null, intended, now, now), fault: null);
            Leave();
            return;
        }

        // The pool runs the request: building it here would make the dispatcher late for the next arrival.
        ThreadPool.UnsafeQueueUserWorkItem(static turn => _ = turn.Runner.TakeTurnAsync(turn.User, turn.Intended), (Runner: this, User: user, Intended: intended), preferLocal: false);
    }

    private async Task TakeTurnAsync(int user, TimeSpan intended)
    {
        try
        {
            await RunStepsAsync(user, intended);
        }
        finally
        {
            Leave();
        }
    }

    private async Task RunStepsAsync(int user, TimeSpan intended)
    {
        Answer last = Answer.Accepted;
        for (int index = 0; index < _scenario.Steps.Count; index++)
        {
            Step step = _scenario.Steps[index];
            if (index > 0 && last != Answer.Accepted && !step.Always)
            {
                return;
            }

            TimeSpan sent = Elapsed;
            StepAnswer answer = await step.RunAsync(user);
            TimeSpan answered = Elapsed;
            Log.Add(new Attempt(user, index, answer.Answer, answer.Order, intended, sent, answered), answer.Detail);
            last = answer.Answer;
            intended = answered; // the next step's press follows the answer, as a person's would
        }
    }

    private async Task KeepConstantAsync(LoadSimulation.KeepConstant constant, TimeSpan until, CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, constant.Copies).Select(async copy =>
        {
            await Task.Yield();
            while (Elapsed < until && !stop.IsCancellationRequested && !Log.IsFull)
            {
                Interlocked.Increment(ref _inFlight);
                await TakeTurnAsync(_userOf(Interlocked.Increment(ref _arrivals) - 1), Elapsed);
            }
        }));
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            _drained.TrySetResult();
        }
    }
}
