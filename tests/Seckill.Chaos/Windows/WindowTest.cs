using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>Base of the tests of one failure window; a class is named <c>F03_WhatBreaks</c>, and <c>./seckill chaos --planted F3</c> must see it fail.</summary>
public abstract class WindowTest
{
    /// <summary>Long enough for a killed consumer's session to run out and its partitions to move, several times over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary><c>F3</c> for a class <c>F03_…</c>.</summary>
    /// <exception cref="FormatException">The class is named otherwise.</exception>
    public static string WindowOf(Type test) => $"F{int.Parse(test.Name.AsSpan(1, 2), NumberStyles.None, CultureInfo.InvariantCulture)}";

    /// <summary>Runs a proof: it must fire at least one fault, and its line is written however it ends.</summary>
    private protected async Task ProveAsync(Func<WindowReport, CancellationToken, Task> proof, [CallerMemberName] string test = "")
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        WindowReport report = new(WindowOf(GetType()), test);
        bool proven = false;
        try
        {
            await proof(report, limit.Token);
            report.MustHaveFired();
            proven = true;
        }
        finally
        {
            report.Write(proven);
        }
    }
}
