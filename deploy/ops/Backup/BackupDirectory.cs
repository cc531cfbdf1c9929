using Seckill.Ops.Connection;

namespace Seckill.Ops.Backup;

/// <summary>A backup's directory while it is written: called <c>….partial</c> until everything is in it, so that none that was broken off looks whole. Not thread-safe.</summary>
/// <remarks>
/// One writer at a time, by a lock on a file inside. A writer that was killed has lost the lock, and the next one to the same directory throws away what it left. The lock goes along when the directory
/// is renamed: let go of before, another writer could take over a directory that is being finished.
/// </remarks>
internal sealed class BackupDirectory : IDisposable
{
    private const string LockName = ".lock";
    private const int WouldBlock = 11; // EWOULDBLOCK: what .NET reports when somebody else holds a file.

    private readonly string _target;
    private readonly FileStream _lock;
    private bool _isComplete;

    private BackupDirectory(string target, FileStream @lock)
    {
        (_target, _lock) = (target, @lock);
    }

    /// <summary>Where to write.</summary>
    public string Path => PartialOf(_target);

    /// <summary>Makes the directory, readable for its owner alone.</summary>
    /// <exception cref="OpsException">The backup exists, another process writes it, or nothing can be written there.</exception>
    public static BackupDirectory Create(string target)
    {
        target = System.IO.Path.TrimEndingDirectorySeparator(target);
        RefuseExisting(target);
        string partial = PartialOf(target);
        try
        {
            Directory.CreateDirectory(partial, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string lockFile = System.IO.Path.Combine(partial, LockName);
            FileStream @lock = new(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (string left in Directory.EnumerateFiles(partial).Where(file => file != lockFile))
            {
                File.Delete(left);
            }

            return new BackupDirectory(target, @lock);
        }
        catch (IOException held) when (held.HResult == WouldBlock)
        {
            throw new OpsException($"Another process is writing a backup to {target}. Nothing was changed.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OpsException($"{partial} cannot be written: {fault.Message} Name a directory that this user may write to.");
        }
    }

    /// <summary>Everything is in it: gives it its name.</summary>
    /// <exception cref="OpsException">Somebody else has made one of that name meanwhile.</exception>
    public void Complete()
    {
        RefuseExisting(_target);
        Directory.Move(Path, _target);
        _isComplete = true;
        File.Delete(System.IO.Path.Combine(_target, LockName));
    }

    /// <summary>Unless it is complete, nothing of it is left.</summary>
    public void Dispose()
    {
        if (!_isComplete && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }

        _lock.Dispose();
    }

    private static string PartialOf(string target) => $"{target}.partial";

    private static void RefuseExisting(string target)
    {
        if (System.IO.Path.Exists(target))
        {
            throw new OpsException($"{target} exists already; a backup is never written over another.");
        }
    }
}
