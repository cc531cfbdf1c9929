using System.Text.Json;
using Shouldly;

namespace Seckill.Chaos.Windows;

/// <summary>What the test of one failure window really did: which faults fired, how often, and the figures that it measured. One line in the output; a run in which nothing fired has failed.</summary>
/// <remarks>With <see cref="FolderVariable"/> set, the line is also written as JSON to a file there, for the run of all planted bugs. Thread-safe.</remarks>
internal sealed class WindowReport
{
    /// <summary>The environment variable that names a folder for reports.</summary>
    public const string FolderVariable = "SECKILL_WINDOW_REPORTS";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _fired = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _figures = new(StringComparer.Ordinal);

    public WindowReport(string window, string test)
    {
        Window = window;
        Test = test;
    }

    /// <summary><c>F1</c> to <c>F16</c>.</summary>
    public string Window { get; }

    public string Test { get; }

    /// <summary>All faults that fired.</summary>
    public long Faults
    {
        get
        {
            lock (_gate)
            {
                return _fired.Values.Sum();
            }
        }
    }

    /// <summary>Counts faults that fired: not that were ordered, but that have happened.</summary>
    public void Fired(string fault, long times = 1)
    {
        lock (_gate)
        {
            _fired[fault] = _fired.GetValueOrDefault(fault) + times;
        }
    }

    /// <summary>Notes a measured figure, with its unit in the name or the value.</summary>
    public void Figure(string name, object value)
    {
        lock (_gate)
        {
            _figures[name] = FormattableString.Invariant($"{value}");
        }
    }

    /// <summary>Fails when no fault fired: such a run proves nothing.</summary>
    public void MustHaveFired() => Faults.ShouldBeGreaterThan(0, $"{Window}: no fault fired, so nothing is proven");

    /// <summary>Writes the line.</summary>
    public void Write(bool proven)
    {
        string faults;
        string figures;
        lock (_gate)
        {
            faults = string.Join(", ", _fired.Select(one => $"{one.Key} {one.Value}"));
            figures = string.Join(", ", _figures.Select(one => $"{one.Key} {one.Value}"));
        }

        Console.WriteLine($"window {Window} {Test}: {(proven ? "held" : "BROKEN")}; fired: {(faults.Length > 0 ? faults : "none")}{(figures.Length > 0 ? $"; {figures}" : string.Empty)}");
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(
                Path.Combine(folder, $"{Window}-{Test}.json"),
                JsonSerializer.Serialize(new { window = Window, test = Test, proven, fired = _fired, figures = _figures }));
        }
    }
}
