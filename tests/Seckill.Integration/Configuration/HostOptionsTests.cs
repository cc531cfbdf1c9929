using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Hubs;
using Seckill.Api.Pages;
using Seckill.Api.Rates;
using Seckill.Core.Tests.Configuration;
using Seckill.Hosting.Logs;
using Seckill.Hosting.Telemetry;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Configuration;

/// <summary>The promises of Core's options tests, for the options of the hosts. Nothing is started.</summary>
public sealed class HostOptionsTests
{
    private static readonly IReadOnlyList<Type> All = [.. OptionsSample.TypesOf(typeof(PageOptions).Assembly), .. OptionsSample.TypesOf(typeof(PushOptions).Assembly), typeof(TelemetryOptions), typeof(LogOptions)];

    public static TheoryData<Type> Types => [.. All];

    [Fact]
    public void AllRecords_AreUnderTest() => All.Count.ShouldBeGreaterThanOrEqualTo(4);

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryKey_IsBound(Type type) => OptionsPromises.EveryKeyIsBound(type, Register);

    [Theory]
    [MemberData(nameof(Types))]
    public void AnUnknownKey_IsRefused(Type type) => OptionsPromises.AnUnknownKeyIsRefused(type, Register);

    [Theory]
    [MemberData(nameof(Types))]
    public void Defaults_AreValid(Type type) => OptionsPromises.DefaultsAreValid(type, Register);

    [Theory]
    [MemberData(nameof(Types))]
    public void ValuesPastTheRange_AreRefused(Type type) => OptionsPromises.ValuesPastTheRangeAreRefused(type, Register);

    private static void Register(IServiceCollection services, IConfiguration configuration) => services.AddPages(configuration).AddRequestRates(configuration).AddPushHub(configuration).AddTelemetry(configuration, "test").AddConsoleFormat(configuration);
}
