using System.Xml.Linq;
using Seckill.Core.Diagnostics;
using Seckill.Local;
using Seckill.Local.Processes;

namespace Seckill.Chaos.Windows;

/// <summary>Runs the tests of one window in a process of their own, so that a bug can be planted in it.</summary>
internal static class WindowProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    /// <param name="test">The window's class.</param>
    /// <param name="planted"><c>F3</c>, or null for none.</param>
    /// <param name="isFull">At the full figures.</param>
    public static async Task<WindowOutcome> RunAsync(Type test, string? planted, bool isFull)
    {
        string folder = Path.Combine(Repository.Root, "TestResults", planted is null ? "windows" : "planted", test.Name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        string xml = Path.Combine(folder, "report.xml");
        string log = Path.Combine(folder, "run.log");
        Dictionary<string, string> environment = new() { [WindowReport.FolderVariable] = folder, [Scale.Variable] = isFull ? "1" : "0" };
        if (planted is not null)
        {
            environment[Planted.Variable] = planted;
        }

        using ChildProcess process = await ChildProcess.StartAsync(
            ["dotnet", Repository.Program("Seckill.Chaos"), "-class", test.FullName!, "-xml", xml, "-noColor"], Repository.Root, log, environment);
        if (!await process.WaitForExitAsync(Patience))
        {
            process.Send(Signals.Kill);
            return new WindowOutcome(0, 0, [], [], log);
        }

        XElement[] tests = File.Exists(xml) ? [.. XDocument.Load(xml).Descendants("test")] : [];
        XElement[] failed = [.. tests.Where(one => (string?)one.Attribute("result") == "Fail")];
        return new WindowOutcome(
            tests.Length, failed.Length,
            [.. failed.Select(one => ((string?)one.Element("failure")?.Attribute("exception-type") ?? "?", one.Element("failure")?.Element("message")?.Value ?? string.Empty))],
            [.. File.ReadLines(log).Where(line => line.StartsWith("window ", StringComparison.Ordinal))],
            log);
    }
}
