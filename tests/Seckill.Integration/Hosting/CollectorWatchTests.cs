using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Seckill.Hosting;
using Seckill.Hosting.Telemetry;
using Seckill.Integration.Grab;
using Seckill.Local.Processes;
using Seckill.Local.Telemetry;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Hosting;

/// <summary>What a host says of a collector that is away: one line when it goes, one when it is back.</summary>
public sealed class CollectorWatchTests : IDisposable
{
    private const int Away = TelemetryLog.CollectorAwayId;
    private const int Back = TelemetryLog.CollectorBackId;

    private readonly Lines _lines = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _lines.Dispose();

    /// <summary>Goal: an outage is told once, however many exports fail in it. Method: a host with a real exporter and a port where nobody listens, then somebody, then nobody again; failures are counted by a listener of the test's own.</summary>
    [Fact]
    public async Task ACollectorThatIsAway_IsToldOnce_AndOnceThatItIsBack()
    {
        int port = FreePorts.Next();
        using Failures failures = new($":{port}/");
        await using WebApplication app = await StartAsync(port);

        await Eventually.TrueAsync(() => failures.Count >= 3);
        _lines.Ids.ShouldBe([Away]);
        _lines.Texts.Single().ShouldContain($"http://127.0.0.1:{port} does not take");
        _lines.Texts.Single().ShouldContain("refused");
        _lines.Texts.Single().ShouldNotContain(" at System.");

        await using (OtlpReceiver collector = new(port))
        {
            await Eventually.TrueAsync(() => _lines.Ids.Contains(Back));
            await Eventually.TrueAsync(() => collector.Metrics.Count > 0);
            _lines.Ids.ShouldBe([Away, Back]);
        }

        int before = failures.Count;
        await Eventually.TrueAsync(() => failures.Count >= before + 3);
        _lines.Ids.ShouldBe([Away, Back, Away]);
    }

    [Fact]
    public async Task ACollectorThatIsThere_IsNotSpokenOf()
    {
        await using OtlpReceiver collector = new();
        await using (WebApplication app = await StartAsync(collector.Url.Port))
        {
            await Eventually.TrueAsync(() => collector.Metrics.Count > 0);
        }

        _lines.Ids.ShouldBeEmpty();
    }

    /// <summary>Metrics that pass do not end an outage of traces, nor begin it anew.</summary>
    [Fact]
    public void OneKindRefused_IsOneOutage_UntilThatKindPasses()
    {
        using CollectorWatch watch = Watch();
        for (int i = 0; i < 3; i++)
        {
            watch.Heard("HttpRequestFailed", "/v1/traces", "503");
            watch.Heard("ExportSuccess", "/v1/metrics", "");
        }

        _lines.Ids.ShouldBe([Away]);
        watch.Heard("ExportSuccess", "/v1/traces", "");
        _lines.Ids.ShouldBe([Away, Back]);
    }

    /// <summary>Traces may be rare: what gets through shows that the collector is there.</summary>
    [Fact]
    public void Unreachable_EndsWithTheFirstThatGetsThrough()
    {
        using CollectorWatch watch = Watch();
        watch.Heard("FailedToReachCollector", "/v1/traces", "refused");
        watch.Heard("FailedToReachCollector", "/v1/metrics", "refused");
        watch.Heard("ExportSuccess", "/v1/metrics", "");
        watch.Heard("ExportSuccess", "/v1/metrics", "");

        _lines.Ids.ShouldBe([Away, Back]);
    }

    /// <summary>A key in the address, or a fault without end, is not written to the log.</summary>
    [Fact]
    public void WhatIsSaid_IsShort_AndHoldsNoKey()
    {
        using CollectorWatch watch = Watch("https://user:key@collector.invalid:4318/tenant");
        watch.Heard("CouldNotTranslateMetric", "/v1/metrics", "not an outage");
        watch.Heard("RequestTimedOut", "/v1/traces", new string('x', 10_000) + "\n at somewhere");

        string said = _lines.Texts.Single();
        said.ShouldContain("https://collector.invalid:4318 ");
        said.ShouldNotContain("key");
        said.Length.ShouldBeLessThan(500);
    }

    private CollectorWatch Watch(string endpoint = "http://collector.invalid:4318") => new(new Uri(endpoint), _lines);

    private async Task<WebApplication> StartAsync(int port)
    {
        WebApplicationBuilder builder = BareHost.Create("watched", new Dictionary<string, string?>
        {
            ["Seckill:Telemetry:Endpoint"] = $"http://127.0.0.1:{port}",
            ["Seckill:Telemetry:Metrics"] = "ScrapedAndSent",
            ["Seckill:Telemetry:MetricsInterval"] = "00:00:01",
        });
        builder.Logging.AddProvider(_lines);
        WebApplication app = builder.Build();
        app.MapSeckillHost();
        await app.StartAsync(Stop);
        return app;
    }

    // The lines of these two ids; what else a host says is not looked at.
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(int Id, string Text)> _lines = [];

        public IEnumerable<int> Ids => _lines.Select(line => line.Id);

        public IEnumerable<string> Texts => _lines.Select(line => line.Text);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is Away or Back)
            {
                _lines.Enqueue((eventId.Id, formatter(state, exception)));
            }
        }

        public void Dispose()
        {
            // Read after its host has ended.
        }
    }

    // How many exports to an address have failed.
    private sealed class Failures : EventListener
    {
        private readonly string _address;
        private int _count;

        public Failures(string address)
        {
            _address = address;
            EventSourceCreated += (_, created) =>
            {
                if (created.EventSource?.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol")
                {
                    EnableEvents(created.EventSource, EventLevel.Error);
                }
            };
        }

        public int Count => Volatile.Read(ref _count);

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.Level == EventLevel.Error && eventData.Payload is [string address, ..] && address.Contains(_address, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _count);
            }
        }
    }
}
