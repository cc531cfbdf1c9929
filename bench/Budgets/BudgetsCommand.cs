using System.CommandLine;
using Seckill.Local;

namespace Seckill.Benchmarks.Budgets;

/// <summary><c>budgets</c>: fails when a benchmark allocates more than its budget, or has none.</summary>
internal static class BudgetsCommand
{
    public static Command Create()
    {
        Command command = new("budgets", "Bytes allocated per operation, against bench/budgets.json.");
        command.SetAction(async (_, _) => Compare(await AllocationBudgets.ReadAsync(Path.Combine(Repository.Root, "bench", "budgets.json")), await AllocationBudgets.MeasureAllAsync()));
        return command;
    }

    private static int Compare(Dictionary<string, double> budgets, Dictionary<string, double> measured)
    {
        bool good = true;
        foreach (string name in budgets.Keys.Union(measured.Keys).Order(StringComparer.Ordinal))
        {
            string verdict = !measured.TryGetValue(name, out double bytes) ? "there is no such benchmark"
                : !budgets.TryGetValue(name, out double budget) ? "has no budget"
                : bytes > budget ? $"over its budget of {budget:N0}"
                : $"of {budget:N0}";
            bool kept = verdict.StartsWith("of ", StringComparison.Ordinal);
            good &= kept;
            Console.WriteLine($"{(kept ? "✓" : "✗")} {name,-60} {bytes,8:N0} B {verdict}");
        }

        return good ? 0 : 1;
    }
}
