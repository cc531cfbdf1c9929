using System.Collections.Concurrent;
using System.Diagnostics;

namespace Seckill.Local.Processes;

/// <summary>Starts child processes from one thread that never ends.</summary>
/// <remarks>
/// A child's parent-death signal fires when the <em>thread</em> that forked it ends, not only the process: a child started from a pool thread would be
/// killed whenever the pool retires that thread. Hence a thread of our own.
/// </remarks>
internal static class Launcher
{
    private static readonly BlockingCollection<Action> Work = StartThread();

    /// <summary>Starts the process.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        TaskCompletionSource<Process> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        BlockingCollection<Action> work = [];
        Thread thread = new(() =>
        {
            foreach (Action action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "child launcher",
        };
        thread.Start();
        return work;
    }
}
