using System.CommandLine;
using Seckill.Local.Tests;

namespace Seckill.Local.Commands;

/// <summary><c>test</c>: the style check, the allocation budgets and every test project, one after another.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        Command command = new("test", "Check the formatting and the allocation budgets, and run every test; the last line says how many passed and failed.");
        command.SetAction(async (_, _) =>
        {
            TestTally total = await TestRun.FormatAsync() + await TestRun.BudgetsAsync();
            foreach (string project in TestRun.Projects())
            {
                total += await TestRun.ProjectAsync(project);
            }
            // Plain, and last: scripts read it.
            Console.WriteLine($"{total.Passed} passed, {total.Failed} failed");
            return total.Failed == 0 && total.Passed > 0 ? 0 : 1;
        });
        return command;
    }
}
