using System.Diagnostics.Metrics;
using Push.Hub.Hubs;
using Seckill.Core.Admission;
using Seckill.Core.Grab;
using Seckill.Core.GrabTokens;
using Seckill.Core.Payments;
using Seckill.Core.Stock.Recovery;
using Seckill.Hosting.Metrics;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Metrics;

/// <summary>What <c>docs/metrics.md</c> promises, against what the code declares.</summary>
public sealed class MetricsTableTests
{
    /// <summary>Labels whose values are those of a type: instrument, label, values.</summary>
    public static TheoryData<string, string, string[]> LabelsOfTypes => new()
    {
        { "seckill.grab.duration", "outcome", Enum.GetNames<GrabOutcome>() },
        { "seckill.grab.outcomes", "outcome", Enum.GetNames<GrabOutcome>() },
        { "seckill.grab_tokens.denied", "cause", Enum.GetNames<GrabOutcome>() },
        { "seckill.waiting_room.refused", "cause", Enum.GetNames<GrabOutcome>() },
        { "seckill.bloom.refused", "cause", Faults<BloomFault>() },
        { "seckill.proof_of_work.challenges", "outcome", Faults<ProofOfWorkFault>() },
        { "seckill.recovery.losses", "cause", Faults<LossCause>() },
        { "seckill.payments.callbacks", "verdict", Faults<CallbackVerdict>() },
        { "seckill.push.refused", "code", PushCodesOfTheHub() },
        { "seckill.push.connects_refused", "code", PushCodesOfTheHub() },
    };

    [Theory]
    [MemberData(nameof(LabelsOfTypes))]
    public void EveryValueOfALabelsType_StandsInItsRow(string instrument, string label, string[] values)
    {
        MetricRow row = MetricRow.ReadAll().Single(row => row.Instrument == instrument);

        values.Except(row.Labels[label]).ShouldBeEmpty($"{instrument}, {label}");
    }

    [Fact]
    public void EveryInstrumentOfOurs_HasARow_AndEveryRowAnInstrument()
    {
        Dictionary<string, Instrument> declared = DeclaredInstruments.Find();
        MetricRow[] rows = MetricRow.ReadAll();

        rows.Length.ShouldBeGreaterThan(100);
        rows.Select(row => row.Instrument).ShouldBeUnique();
        declared.Values.Where(DeclaredInstruments.IsOurs).Select(one => one.Name).Except(rows.Select(row => row.Instrument)).ShouldBeEmpty("These are not in docs/metrics.md.");
        // What is made with a service rather than with its class is seen live.
        foreach (MetricRow row in rows.Where(row => !row.FromStart || declared.ContainsKey(row.Instrument)))
        {
            declared.ShouldContainKey(row.Instrument);
            Instrument instrument = declared[row.Instrument];
            string type = DeclaredInstruments.TypeOf(instrument);
            (row.Type, row.Unit).ShouldBe((type, instrument.Unit ?? string.Empty), row.Instrument);
            row.Name.ShouldBe(PrometheusName.Of(instrument.Name, instrument.Unit ?? string.Empty, type == "counter", type == "histogram"));
            instrument.Description.ShouldNotBeNullOrWhiteSpace(row.Instrument);
        }
    }

    private static string[] Faults<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Where(name => name != "None")];

    private static string[] PushCodesOfTheHub() => [.. typeof(PushCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!)];
}
