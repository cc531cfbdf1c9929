using System.Globalization;

namespace Seckill.Ops.Doctor;

/// <summary>Who listens on a TCP port, from <c>/proc</c>, as far as this user may know: the kernel tells every socket, and of other users' processes not which sockets they have.</summary>
/// <param name="root">Where <c>proc</c> is: <c>/</c>.</param>
internal sealed class Listeners(string root)
{
    private const string Listening = "0A";

    private static readonly string[] Tables = ["proc/net/tcp", "proc/net/tcp6"];

    /// <summary>Null when nobody listens.</summary>
    public Listener? Find(int port)
    {
        (string Inode, string User)[] sockets = [.. Tables.SelectMany(Lines).SelectMany(line => Socket(line, port))];
        if (sockets.Length == 0)
        {
            return null;
        }

        HashSet<string> links = [.. sockets.Select(socket => $"socket:[{socket.Inode}]")];
        foreach (string process in Processes())
        {
            if (Links(Path.Combine(process, "fd")).Any(links.Contains))
            {
                return new Listener(int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture), ProgramOf(process), sockets[0].User);
            }
        }

        return new Listener(null, string.Empty, sockets[0].User);
    }

    // "sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …", the port in hexadecimal behind the address.
    private static IEnumerable<(string Inode, string User)> Socket(string line, int port)
    {
        string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length > 9 && columns[3] == Listening && columns[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
        {
            yield return (columns[9], columns[7]);
        }
    }

    // Names of files alone: arguments may hold secrets. Of 'dotnet Program.dll' the second says more than the first.
    private string ProgramOf(string process)
    {
        string[] words = string.Concat(Lines(Path.Combine(process, "cmdline"))).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        string first = Path.GetFileName(words.FirstOrDefault() ?? string.Empty);
        return first == "dotnet" && words.Length > 1 ? $"dotnet {Path.GetFileName(words[1])}" : first.Length > 0 ? first : Lines(Path.Combine(process, "comm")).FirstOrDefault() ?? "unknown";
    }

    private IEnumerable<string> Processes()
    {
        string all = Path.Combine(root, "proc");
        return Directory.Exists(all) ? Directory.EnumerateDirectories(all).Where(directory => Path.GetFileName(directory).All(char.IsAsciiDigit)) : [];
    }

    private static List<string> Links(string directory)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFileSystemInfos().Select(file => file.LinkTarget).OfType<string>()];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // Somebody else's, or gone.
        }
    }

    private string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(root, file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
