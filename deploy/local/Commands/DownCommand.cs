using System.CommandLine;
using Seckill.Local.Processes;
using Seckill.Local.State;

namespace Seckill.Local.Commands;

/// <summary><c>down</c>: asks the running stack to stop and waits until it has.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command Create(Option<DirectoryInfo> data)
    {
        Command command = new("down", "Stop everything that 'up' started in this clone.");
        command.SetAction((arguments, _) => RunAsync(arguments.GetRequiredValue(data).FullName));
        return command;
    }

    private static async Task<int> RunAsync(string directory)
    {
        StateFile file = new(directory);
        if (StackLock.Holder(directory) is not { } pid)
        {
            // The parts die with their supervisor, so a file without one is all that can be left.
            bool stale = file.Read() is not null;
            file.Delete();
            Terminal.Note(stale ? "The stack was gone already; what it left is cleaned up." : "No stack is running in this clone.");
            return 0;
        }

        Signals.Send(pid, Signals.Terminate);
        bool stopped = false;
        await Terminal.SpinAsync(
            "stopping api, worker, hub, kafka, mariadb, redis",
            async _ => stopped = await Deadline.PollAsync(Patience, _ => Task.FromResult(StackLock.Holder(directory) is null)));
        if (!stopped)
        {
            return Terminal.Fail($"The stack (pid {pid}) still runs after {Patience.TotalMinutes:0} minutes. 'kill -9 {pid}' ends it and all its parts.");
        }
        Terminal.Done("Stopped. Its data stays in .local/ for the next 'up'.");
        return 0;
    }
}
