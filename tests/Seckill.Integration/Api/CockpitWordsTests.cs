using System.Reflection;
using System.Text.Json;
using Seckill.Core.DeadLetters;
using Seckill.Core.Grab;
using Seckill.Core.Orders;
using Seckill.Core.Orders.Timeline;
using Seckill.Core.Reconciliation;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Api;

/// <summary>Goal: what the engine names, the cockpit says in words, in both languages. The names are the engine's own lists; a page that lags behind them shows bare names, and nobody is told. No server is needed.</summary>
public sealed class CockpitWordsTests
{
    public static TheoryData<string, string[]> Lists => new()
    {
        { "step", Constants(typeof(OrderSteps)) },
        { "difference", Enum.GetNames<Difference>() },
        { "letters.cause", [.. Constants(typeof(OrderFailure)), DeadLetterStore.Unroutable] },
        { "outcome", Kebab<GrabOutcome>() },
        { "order", Kebab<OrderStatus>() },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void EveryNameOfTheEngine_HasItsWords(string prefix, string[] names)
    {
        names.ShouldNotBeEmpty();
        string js = Path.Combine(Repository.Root, "Seckill.Api", "wwwroot", "js");
        string[] lines = [.. File.ReadLines(Path.Combine(js, "strings.js")), .. File.ReadLines(Path.Combine(js, "cockpit", "strings.js"))];

        // Once in English, once in Chinese.
        names.Where(name => lines.Count(line => line.StartsWith($"    '{prefix}.{name}': '", StringComparison.Ordinal)) != 2).ShouldBeEmpty();
    }

    private static string[] Constants(Type type) => [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    private static string[] Kebab<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
}
