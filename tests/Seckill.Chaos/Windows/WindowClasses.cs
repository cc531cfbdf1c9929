using System.Globalization;

namespace Seckill.Chaos.Windows;

/// <summary>The tests of the windows, found by their classes.</summary>
internal static class WindowClasses
{
    /// <summary>How many windows the design lists.</summary>
    public const int Count = 16;

    /// <summary>By window (<c>F1</c> to <c>F16</c>), in order.</summary>
    public static IReadOnlyList<(string Window, Type Test)> All { get; } =
    [
        .. typeof(WindowTest).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(WindowTest)) && !type.IsAbstract)
            .Select(type => (WindowTest.WindowOf(type), type))
            .OrderBy(one => int.Parse(one.Item1.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture)),
    ];

    /// <summary>Those named, or all.</summary>
    /// <exception cref="ArgumentException">A name is no window's.</exception>
    public static IReadOnlyList<(string Window, Type Test)> Named(string[] names)
    {
        if (names.FirstOrDefault(name => !All.Any(one => one.Window == name)) is { } unknown)
        {
            throw new ArgumentException($"{unknown} is no window with a test. There are {string.Join(", ", All.Select(one => one.Window).Distinct())}.", nameof(names));
        }

        return [.. All.Where(one => names.Length == 0 || names.Contains(one.Window))];
    }
}
