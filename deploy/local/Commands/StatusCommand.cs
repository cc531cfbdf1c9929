using System.CommandLine;
using Seckill.Local.State;
using Seckill.Local.Status;
using Spectre.Console;

namespace Seckill.Local.Commands;

/// <summary><c>status</c>: one row for each part; the exit code is 0 only when all are healthy.</summary>
internal static class StatusCommand
{
    public static Command Create(Option<DirectoryInfo> data)
    {
        Command command = new("status", "Show each part of the running stack: process, address, health and why.");
        command.SetAction((arguments, _) => RunAsync(arguments.GetRequiredValue(data).FullName));
        return command;
    }

    private static async Task<int> RunAsync(string directory)
    {
        int? pid = StackLock.Holder(directory);
        if (pid is null)
        {
            return Terminal.Fail("No stack is running in this clone. './seckill up' starts one.");
        }
        if (new StateFile(directory).Read() is not { } state)
        {
            return Terminal.Fail($"The stack (pid {pid}) is starting or stopping.");
        }

        PartHealth[] parts = await StackProbe.AskAsync(state);
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn("part").AddColumn("state").AddColumn(new TableColumn("pid").RightAligned()).AddColumn("address").AddColumn("reason");
        foreach (PartHealth part in parts)
        {
            table.AddRow(
                new Text(part.Part),
                new Text(part.State, Colour(part.State)),
                new Text(part.Pid?.ToString() ?? "external"),
                // One broker a line: a list would widen the table beyond most terminals.
                new Text(part.Address.Replace(',', '\n')),
                new Text(part.Reason));
        }
        AnsiConsole.Write(table);
        return parts.All(part => part.State == PartHealth.Healthy) ? 0 : 1;
    }

    private static Color Colour(string state) => state switch
    {
        PartHealth.Healthy => Color.Green,
        "degraded" => Color.Yellow,
        _ => Color.Red,
    };
}
