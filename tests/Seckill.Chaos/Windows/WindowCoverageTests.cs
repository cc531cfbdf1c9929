using System.Reflection;
using Seckill.Core.Diagnostics;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>Every failure window has its test, its planted bug and its line in the table.</summary>
public sealed class WindowCoverageTests
{
    public static TheoryData<string> Windows => [.. Enumerable.Range(1, WindowClasses.Count).Select(i => $"F{i}")];

    [Theory]
    [MemberData(nameof(Windows))]
    public void Window_HasATestOfItsOwn(string window)
    {
        (string _, Type test) = WindowClasses.All.Single(one => one.Window == window);

        test.IsPublic.ShouldBeTrue();
        test.GetMethods().Count(method => method.GetCustomAttributes<FactAttribute>(inherit: true).Any()).ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Window_HasAPlantedBugThatTheEngineAsksAbout(string window)
    {
        typeof(Planted).GetField(window).ShouldNotBeNull();
        string asked = $"Planted.{window}";
        string[] places =
        [
            .. ((string[])["Seckill.Core", "Seckill.Api", "Seckill.Worker", "Push.Hub"])
                .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*.cs", SearchOption.AllDirectories))
                .Where(file => File.ReadAllText(file).Split(asked).Skip(1).Any(after => after.Length == 0 || !char.IsAsciiLetterOrDigit(after[0]))),
        ];

        places.ShouldNotBeEmpty($"nothing in the engine asks about {asked}");
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Window_StandsInTheTable(string window) =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "failure-windows.md")).Count(line => line.StartsWith($"| {window} |", StringComparison.Ordinal)).ShouldBe(1);
}
