using System.Globalization;

namespace Seckill.Local.State;

/// <summary>Held by the one stack that may run in a clone, from its first step to its last.</summary>
/// <remarks>
/// A file lock, not a process id in a file: the kernel frees it however its holder ends, and no other process that happens to get the old id is ever
/// taken for a stack. The holder's process id lies in a file beside it, for <c>down</c>: the locked one cannot even be read.
/// </remarks>
internal sealed class StackLock : IDisposable
{
    private readonly FileStream _file;

    private StackLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Takes the lock.</summary>
    /// <returns>Null when another process holds it.</returns>
    public static StackLock? TryTake(string directory)
    {
        Directory.CreateDirectory(directory);
        FileStream file;
        try
        {
            file = new FileStream(PathOf(directory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
        File.WriteAllText(PidPathOf(directory), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new StackLock(file);
    }

    /// <summary>The process id of the running stack.</summary>
    /// <returns>Null when no stack runs, whatever files an earlier one left behind.</returns>
    public static int? Holder(string directory)
    {
        if (!File.Exists(PathOf(directory)) || IsFree(directory))
        {
            return null;
        }
        return int.TryParse(File.ReadAllText(PidPathOf(directory)), CultureInfo.InvariantCulture, out int pid) ? pid : null;
    }

    public void Dispose() => _file.Dispose();

    private static string PathOf(string directory) => Path.Combine(directory, "stack.lock");

    private static string PidPathOf(string directory) => Path.Combine(directory, "stack.pid");

    private static bool IsFree(string directory)
    {
        try
        {
            using FileStream probe = new(PathOf(directory), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
