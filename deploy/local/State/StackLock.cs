using System.Globalization;

namespace Seckill.Local.State;

/// <summary>Held by the one stack that may run in a clone, from its first step to its last.</summary>
/// <remarks>
/// A file lock, not a process id in a file: the kernel frees it however its holder ends, and no other process that happens to get the old id is ever
/// taken for a stack. The file holds the holder's process id, for <c>down</c>.
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
        file.SetLength(0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
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
        using FileStream file = new(PathOf(directory), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(file);
        return int.TryParse(reader.ReadToEnd(), CultureInfo.InvariantCulture, out int pid) ? pid : null;
    }

    public void Dispose() => _file.Dispose();

    private static string PathOf(string directory) => Path.Combine(directory, "stack.lock");

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
