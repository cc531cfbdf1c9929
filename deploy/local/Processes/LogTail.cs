namespace Seckill.Local.Processes;

/// <summary>The end of a log file, for error messages.</summary>
internal static class LogTail
{
    private const int MaxBytes = 16 * 1024;

    /// <summary>The last lines, at most 16 KiB of them; empty when there is no file. The file may be open for writing elsewhere.</summary>
    public static string Read(string file, int lines = 25)
    {
        if (!File.Exists(file))
        {
            return string.Empty;
        }
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, MaxBytes), SeekOrigin.End);
        using StreamReader reader = new(stream);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(lines));
    }
}
