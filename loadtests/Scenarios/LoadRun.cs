using Seckill.Core.Push;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Crowd;
using Seckill.LoadTests.Reporting;
using Seckill.LoadTests.Running;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Scenarios;

/// <summary>One load run from the sale's creation to the verdict.</summary>
public sealed class LoadRun : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly LoadRunOptions _options;
    private readonly LoadPlan _plan;
    private readonly LoadProgress _progress;
    private readonly TimeProvider _time;
    private readonly AdminApi _admin;
    private readonly GrabClient _grabs;
    private readonly HttpClient _roomHttp;
    private readonly RoomClient _rooms;
    private readonly EvidenceReader _reader;
    private readonly string _runId = Guid.NewGuid().ToString("N")[..8];

    public LoadRun(LoadRunOptions options, LoadProgress progress, TimeProvider time)
    {
        _options = options;
        _plan = LoadPlans.For(options);
        _progress = progress;
        _time = time;
        _admin = new AdminApi(options.Target.Api, time);
        _grabs = new GrabClient(options.Target.Api, options.Connections, AnswerTimeout);
        _roomHttp = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = options.Connections, UseProxy = false }) { BaseAddress = options.Target.Api, Timeout = AnswerTimeout };
        _rooms = new RoomClient(_roomHttp, _grabs, time);
        _reader = new EvidenceReader(options.Target, time);
    }

    /// <summary>Runs it. Cancelled during the measured part: no new arrivals, but what was accepted is still audited.</summary>
    /// <exception cref="TargetException">The stack is not there or not as expected.</exception>
    public async Task<RunResult> RunAsync(CancellationToken stop)
    {
        _progress.Enter("creating the sale");
        await _admin.SignInAsync(stop);
        OrderTopicMarks marks = await _reader.MarkKafkaAsync();
        SaleUnderLoad sale = await _admin.CreateSaleAsync($"Load run {_runId} ({_plan.Name})", _plan.Units, limitPerUser: 1, stop, _plan.Admission);
        _progress.Enter("signing users in");
        LoadUser[] users = await CrowdSource.SignInAsync(_admin, $"load-{_runId}", _plan.Users, _progress.Count(_plan.Users), stop);
        _progress.Enter("connecting to the push hub");
        int listening = Math.Min(_options.Listeners, users.Length);
        await using PushListeners listeners = await PushListeners.ConnectAsync(_options.Target.Hub, users, listening, _time, _progress.Count(listening), stop);
        _progress.Enter("warming up");
        await WarmUpAsync(stop);

        BotCrowd? bots = _plan.Bots == 0 ? null : new BotCrowd(_grabs, sale, users, _plan.Bots);
        OpenModelRunner runner = bots is null
            ? Prepare(_plan.Simulations, _plan.StepNames, sale, users, _plan.UserOf, _plan.Admission?.WaitingRoom is not null)
            : new OpenModelRunner(new Scenario(_plan.Name, [new Step(_plan.StepNames[0], bots.PressAsync)], _plan.Simulations, _options.MaxInFlight), _plan.UserOf, _time);
        _progress.Enter("T0: the crowd is in", runner);
        await runner.RunAsync(stop);
        TimeSpan answered = runner.Elapsed;
        _progress.Enter("waiting until the pipeline is quiet");
        bool quiet = await WaitUntilQuietAsync(sale, runner.Log, listeners, listening);
        TimeSpan quietAfter = runner.Elapsed - answered;

        _progress.Enter("auditing");
        AuditEvidence evidence = new()
        {
            Units = sale.Units,
            LimitPerUser = sale.LimitPerUser,
            Users = [.. users.Select(user => user.Id)],
            Attempts = runner.Log.Attempts.ToArray(),
            Bots = _plan.Bots,
            ForgeriesTaken = bots?.ForgeriesTaken ?? 0,
            Listeners = Enumerable.Range(0, listening).ToHashSet(),
            Receipts = [.. listeners.Receipts],
            Redis = await _reader.ReadRedisAsync(sale),
            Kafka = await _reader.ReadKafkaAsync(sale, marks),
            MySql = await _reader.ReadMySqlAsync(sale, CancellationToken.None),
        };
        return Conclude(sale, runner, evidence, listeners, quiet, quietAfter);
    }

    public void Dispose()
    {
        _admin.Dispose();
        _grabs.Dispose();
        _roomHttp.Dispose();
        _reader.Dispose();
    }

    private RunResult Conclude(
        SaleUnderLoad sale, OpenModelRunner runner, AuditEvidence evidence, PushListeners listeners, bool quiet, TimeSpan quietAfter)
    {
        RunFigures figures = RunFigures.Of(runner, evidence);
        return new RunResult
        {
            Plan = _plan,
            Options = _options,
            Sale = sale,
            StartedAt = runner.StartedAt,
            Log = runner.Log,
            Evidence = evidence,
            Figures = figures,
            Findings = [.. InvariantAudit.Judge(evidence), .. _plan.Admission?.WaitingRoom is { } room ? RoomAudit.Judge(_rooms.Evidence(room.AdmitPerSecond)) : []],
            Thresholds = [.. _plan.Thresholds.Concat(_options.Thresholds).Select(one => one.Judge(figures.Figures))],
            IsQuiet = quiet,
            QuietAfter = quietAfter,
            PushDuplicates = listeners.Duplicates,
            PushGaps = listeners.Gaps,
            PushReconnects = listeners.Reconnects,
        };
    }

    private OpenModelRunner Prepare(
        IReadOnlyList<LoadSimulation> simulations, IReadOnlyList<string> steps, SaleUnderLoad sale, LoadUser[] users, Func<int, int> userOf, bool linesUp = false)
    {
        Uri path = new(sale.GrabPath, UriKind.Relative);
        Step[] real = [.. steps.Select(name => new Step(name, user => linesUp ? _rooms.LineUpAndGrabAsync(sale, user, users[user]) : _grabs.GrabAsync(path, users[user].Authorization)))];
        return new OpenModelRunner(new Scenario(_plan.Name, real, simulations, _options.MaxInFlight), userOf, _time);
    }

    /// <summary>
    /// Opens connections and lets both sides compile the path, on a sale and with users of its own: nothing of it is counted and no unit of the
    /// measured sale is touched.
    /// </summary>
    private async Task WarmUpAsync(CancellationToken stop)
    {
        if (_options.WarmUp <= TimeSpan.Zero)
        {
            return;
        }

        const int Crowd = 200;
        SaleUnderLoad sale = await _admin.CreateSaleAsync($"Load run {_runId} (warm-up)", units: Crowd / 2, limitPerUser: 1, stop);
        LoadUser[] users = await CrowdSource.SignInAsync(_admin, $"warm-{_runId}", Crowd, progress: null, stop);
        LoadSimulation[] simulations = [new LoadSimulation.RampingInject(50, 300, _options.WarmUp), new LoadSimulation.Burst(Math.Min(_options.Connections, 1_000), TimeSpan.Zero)];
        await Prepare(simulations, ["warm-up"], sale, users, arrival => arrival % Crowd).RunAsync(stop);
        await _admin.CloseSaleAsync(sale.Sale, stop);
    }

    /// <summary>Quiet: the outbox is empty, the consumer has no lag, every reservation has its row, and every connected winner has heard.</summary>
    private async Task<bool> WaitUntilQuietAsync(SaleUnderLoad sale, AttemptLog log, PushListeners listeners, int listening)
    {
        long start = _time.GetTimestamp();
        HashSet<int> waiting = [];
        foreach (Attempt one in log.Attempts)
        {
            if (one.Answer == Answer.Accepted && one.User < listening)
            {
                waiting.Add(one.User);
            }
        }

        while (_time.GetElapsedTime(start) < _options.QuietDeadline)
        {
            waiting.ExceptWith(listeners.Receipts.Where(one => one.Type is PushTypes.OrderCreated or PushTypes.OrderFailed).Select(one => one.User));
            SaleStats stats = await _admin.StatsAsync(sale.Sale, CancellationToken.None);
            RedisEvidence? redis = await _reader.ReadRedisAsync(sale);
            long? rows = await _reader.CountOrdersAsync(sale, CancellationToken.None);
            long outbox = redis?.OutboxLength ?? stats.OutboxLength ?? 0;
            long missing = redis is null || rows is null ? 0 : Math.Max(0, redis.Held - rows.Value);
            _progress.Tell($"outbox {outbox:N0}, lag {stats.ConsumerLag?.ToString() ?? "?"}, rows to come {missing:N0}, winners to tell {waiting.Count:N0}");
            if (outbox == 0 && (stats.ConsumerLag ?? 0) == 0 && missing == 0 && waiting.Count == 0)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), _time, CancellationToken.None);
        }

        return false;
    }
}
