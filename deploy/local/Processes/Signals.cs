using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Seckill.Local.Processes;

/// <summary>POSIX signals to one process, by id; numbers are Linux's.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal; a process that is gone already is no error.</summary>
    /// <exception cref="Win32Exception">Not permitted.</exception>
    public static void Send(int pid, int signal)
    {
        // 0 and negative ids address process groups, which nothing here ever means to do.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pid);
        if (SendSignal(pid, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error, $"Signal {signal} to process {pid}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>True while the process exists, stopped or zombie included.</summary>
    public static bool Exists(int pid) => pid > 0 && (SendSignal(pid, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess);

    /// <summary>True when a stop has taken hold of all threads of the process, or it is gone.</summary>
    public static bool IsStopped(int pid)
    {
        try
        {
            // The state stands behind the name, which is in brackets and may hold anything.
            return Directory.GetDirectories($"/proc/{pid}/task").All(thread => File.ReadAllText(Path.Combine(thread, "stat")) is var stat && stat[stat.LastIndexOf(')') + 2] is 'T' or 'Z' or 'X');
        }
        catch (IOException)
        {
            return !Exists(pid); // A thread has ended meanwhile, or the process.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
