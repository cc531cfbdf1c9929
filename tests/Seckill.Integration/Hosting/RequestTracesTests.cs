using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Tests;
using Seckill.Hosting.Telemetry;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Hosting;

/// <summary>Which requests are traced, with a listener in this process as an exporter has one.</summary>
public sealed class RequestTracesTests : IDisposable
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source == SeckillMeter.Activities,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public RequestTracesTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(Trace + "01", true)]
    [InlineData(Trace + "03", true)]
    [InlineData(Trace + "00", false)]
    [InlineData(Trace + "02", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("not a trace at all, but as long as one, and it ends on 1", false)]
    [InlineData("01", false)]
    public void ACallersWord_Counts_IfItIsOne(string header, bool traced)
    {
        Traces(ratio: 1, perSecond: 10).IsTraced(Request(header), out ActivityContext parent).ShouldBe(traced);

        (parent.TraceId.ToString() == Trace[3..35]).ShouldBe(traced);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void WithoutOne_TheRatioDecides(double ratio, bool traced) => Traces(ratio, perSecond: 10).IsTraced(Request(null), out _).ShouldBe(traced);

    [Fact]
    public void NobodyMakesUsTraceMoreThanTheBound()
    {
        ManualTime time = new();
        RequestTraces traces = Traces(ratio: 1, perSecond: 3, time);

        Enumerable.Range(0, 10).Count(i => traces.IsTraced(Request(i % 2 == 0 ? null : Trace + "01"), out _)).ShouldBe(3);
        time.Advance(TimeSpan.FromSeconds(1));
        Enumerable.Range(0, 10).Count(_ => traces.IsTraced(Request(null), out ActivityContext _)).ShouldBe(3);
    }

    [Fact]
    public void WhatIsNotTraced_AllocatesNothing()
    {
        RequestTraces traces = Traces(ratio: 0, perSecond: 10);
        HttpContext plain = Request(null), refused = Request(Trace + "00");
        Ask();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Ask();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Ask()
        {
            for (int i = 0; i < 1_000; i++)
            {
                traces.IsTraced(plain, out _);
                traces.IsTraced(refused, out _);
            }
        }
    }

    private static RequestTraces Traces(double ratio, int perSecond, TimeProvider? time = null) =>
        new(Options.Create(new TelemetryOptions { SamplingRatio = ratio, MaxTracesPerSecond = perSecond }), time ?? new ManualTime());

    private static DefaultHttpContext Request(string? traceParent)
    {
        DefaultHttpContext context = new();
        if (traceParent is not null)
        {
            context.Request.Headers.TraceParent = traceParent;
        }

        return context;
    }
}
