using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Seckill.Local;

namespace Seckill.Ops.Doctor;

/// <summary>What a machine needs to run hosts or servers: tools, kernel settings, disk, memory.</summary>
/// <param name="root">Where <c>proc</c> and <c>sys</c> are: <c>/</c>.</param>
/// <param name="data">The directory whose disk is looked at.</param>
/// <param name="time">This machine's clock; null for the system's.</param>
internal sealed partial class MachineChecks(string root, string data, TimeProvider? time = null)
{
    private const string Area = "machine";
    private const long Gibibyte = 1024 * 1024 * 1024;
    private const int Flushes = 20;

    // The updates of October 2026. Later ones are not known here: the newest runtime is the one to have.
    private static readonly Version SafeRuntime = new(10, 0, 13);

    // Settings of the kernel, and the fix: as root, and in /etc/sysctl.d so that it outlives a restart.
    private const string Sysctl = "sysctl -w";

    /// <summary>All of them.</summary>
    public IEnumerable<Finding> Run()
    {
        yield return Sdk();
        yield return Runtime(Environment.Version);
        yield return Tool("redis-server", "redis-server", "the local stack and 'restore'", new Version(6, 2));
        yield return Tool("mariadbd", "mariadb-server", "the local stack", new Version(10, 11));
        yield return Tool("mariadb-dump", "mariadb-client", "'backup' and 'restore'");
        yield return Tool("node", "nodejs", "building the pages", new Version(18, 0));
        yield return Tool("npm", "npm", "building the pages");
        yield return Library();
        yield return Limit("open files (hard limit)", "Max open files", 65_536, 4_096, "raise it: 'ulimit -Hn 1048576' in the shell, LimitNOFILE=1048576 in a systemd unit; every connection of a buyer is one");
        yield return Number("net.core.somaxconn", "proc/sys/net/core/somaxconn", 1_024, $"{Sysctl} net.core.somaxconn=4096: a crowd that connects at once waits in this queue, and what does not fit is dropped");
        yield return Number("net.ipv4.tcp_max_syn_backlog", "proc/sys/net/ipv4/tcp_max_syn_backlog", 1_024, $"{Sysctl} net.ipv4.tcp_max_syn_backlog=8192");
        yield return HugePages();
        yield return Overcommit();
        yield return Clock();
        yield return ClockReading();
        yield return Disk();
        yield return Fsync();
        yield return Memory();
    }

    private static Finding Sdk()
    {
        (int code, string output) = RunTool("dotnet", ["--version"], Repository.Root);
        return Finding.Of(Area, ".NET SDK", code == 0, Verdict.Warning, code == 0 ? output : "not the one that global.json asks for, or none", "install the .NET 10 SDK and put 'dotnet' on the PATH; hosts that are published already need only the runtime");
    }

    /// <summary>Whether a runtime has the security updates that concern the hosts, as far as this build knows.</summary>
    internal static Finding Runtime(Version version) => Finding.Of(
        Area, ".NET runtime", version >= SafeRuntime, Verdict.Warning, version.ToString(), $"install the newest .NET 10 runtime: before {SafeRuntime} it has known holes that the hosts are open to (SECURITY.md)");

    private static Finding Tool(string program, string package, string needed, Version? least = null)
    {
        string? found = ((Environment.GetEnvironmentVariable("PATH") ?? string.Empty) + ":/usr/sbin:/sbin").Split(':')
            .Where(directory => directory.Length > 0).Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
        string install = $"apt-get install {package}; for {needed}";
        return found is null
            ? new Finding(Area, program, Verdict.Warning, "not installed", install)
            : least is null ? new Finding(Area, program, Verdict.Ok, found) : VersionOf(program, found, RunTool(found, ["--version"], "/").Output, least, install);
    }

    /// <summary>Judges what a tool says of its version: the first number with a point in it.</summary>
    internal static Finding VersionOf(string program, string found, string said, Version least, string fix) => VersionPattern().Match(said) is { Success: true } match && Version.TryParse(match.Value, out Version? version)
        ? Finding.Of(Area, program, version >= least, Verdict.Warning, $"{found}, {version}", $"{fix}; {least} is the oldest that this is known to work with")
        : new Finding(Area, program, Verdict.NotLooked, $"{found} does not tell its version");

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex VersionPattern();

    private static Finding Library()
    {
        bool isThere = NativeLibrary.TryLoad("librdkafka.so.1", out nint handle);
        if (isThere)
        {
            NativeLibrary.Free(handle);
        }

        return Finding.Of(Area, "librdkafka", isThere, Verdict.Wrong, isThere ? "librdkafka.so.1" : "not installed", "apt-get install librdkafka1: without it no host speaks to Kafka");
    }

    private Finding Limit(string check, string name, long enough, long least, string fix)
    {
        string? line = ReadLines("proc/self/limits").FirstOrDefault(one => one.StartsWith(name, StringComparison.Ordinal));
        // Name, soft, hard, unit; the runtime raises the soft limit to the hard one by itself.
        string? hard = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
        return hard is null
            ? new Finding(Area, check, Verdict.NotLooked, "the kernel does not tell")
            : hard == "unlimited" || !long.TryParse(hard, out long limit) || limit >= enough
                ? new Finding(Area, check, Verdict.Ok, hard)
                : new Finding(Area, check, limit < least ? Verdict.Wrong : Verdict.Warning, hard, fix);
    }

    private Finding Number(string check, string file, long enough, string fix) => ReadNumber(file) is { } value
        ? Finding.Of(Area, check, value >= enough, Verdict.Warning, $"{value}", fix)
        : new Finding(Area, check, Verdict.NotLooked, "the kernel does not tell");

    private Finding HugePages()
    {
        string? text = ReadLines("sys/kernel/mm/transparent_hugepage/enabled").FirstOrDefault();
        return text is null
            ? new Finding(Area, "transparent huge pages", Verdict.NotLooked, "the kernel does not tell")
            : Finding.Of(
                Area, "transparent huge pages", !text.Contains("[always]", StringComparison.Ordinal), Verdict.Warning, text,
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled on Redis's machine: a fork then copies 2 MiB for each byte that is written, and grabs wait");
    }

    private Finding Overcommit() => ReadNumber("proc/sys/vm/overcommit_memory") is { } value
        ? Finding.Of(
            Area, "vm.overcommit_memory", value == 1, Verdict.Warning, $"{value}",
            $"{Sysctl} vm.overcommit_memory=1 on Redis's machine: without it the fork for a snapshot (replicas, backups, rewrites of the append-only file) fails when half of the memory is in use")
        : new Finding(Area, "vm.overcommit_memory", Verdict.NotLooked, "the kernel does not tell");

    private static Finding Clock()
    {
        (int code, string output) = RunTool("timedatectl", ["show", "--property=NTPSynchronized", "--value"], "/");
        return code != 0
            ? new Finding(Area, "clock synchronisation", Verdict.NotLooked, "timedatectl does not tell", "see the differences under 'clocks'; run chrony or systemd-timesyncd on every machine")
            : Finding.Of(Area, "clock synchronisation", output == "yes", Verdict.Warning, output == "yes" ? "synchronised" : "not synchronised", "run chrony or systemd-timesyncd: order ids and sale windows go by the clock");
    }

    // A clock that was never set: certificates and tokens are not valid yet, and sales do not open.
    private Finding ClockReading()
    {
        DateTimeOffset now = (time ?? TimeProvider.System).GetUtcNow();
        DateTimeOffset built = new(File.GetLastWriteTimeUtc(typeof(MachineChecks).Assembly.Location));
        return Finding.Of(
            Area, "clock", now >= built.AddDays(-1), Verdict.Wrong, string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd HH:mm} UTC{(now < built.AddDays(-1) ? $", and this program was built on {built:yyyy-MM-dd}" : string.Empty)}"),
            "set it ('chronyc makestep', or 'timedatectl set-time'): sale windows, tokens and order ids go by it");
    }

    private Finding Disk()
    {
        DriveInfo drive = new(Existing(data));
        string seen = $"{drive.AvailableFreeSpace / (double)Gibibyte:F1} of {drive.TotalSize / (double)Gibibyte:F1} GiB free";
        const string fix = "make room: an append-only file that cannot grow stops every write to Redis";
        return drive.AvailableFreeSpace < Gibibyte
            ? new Finding(Area, $"disk of {data}", Verdict.Wrong, seen, fix)
            : Finding.Of(Area, $"disk of {data}", drive.AvailableFreeSpace >= drive.TotalSize / 10, Verdict.Warning, seen, fix);
    }

    private Finding Fsync()
    {
        string file = Path.Combine(Existing(data), $".seckill-fsync-{Guid.NewGuid():N}");
        try
        {
            using FileStream stream = new(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            byte[] block = new byte[4_096];
            double[] times = new double[Flushes];
            for (int i = 0; i < Flushes; i++)
            {
                long started = Stopwatch.GetTimestamp();
                stream.Write(block);
                stream.Flush(flushToDisk: true);
                times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }

            Array.Sort(times);
            return Finding.Of(
                Area, "flush to disk", times[Flushes / 2] < 20, Verdict.Warning, string.Create(CultureInfo.InvariantCulture, $"median {times[Flushes / 2]:F1} ms, slowest {times[^1]:F1} ms of {Flushes}"),
                "a faster disk for Redis and MySQL: each order waits for such a flush, and 'appendfsync always' puts one before each batch's answer");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new Finding(Area, "flush to disk", Verdict.NotLooked, fault.Message);
        }
    }

    private Finding Memory()
    {
        string? line = ReadLines("proc/meminfo").FirstOrDefault(one => one.StartsWith("MemAvailable:", StringComparison.Ordinal));
        if (line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) is not { } text || !long.TryParse(text, out long kibibytes))
        {
            return new Finding(Area, "memory", Verdict.NotLooked, "the kernel does not tell");
        }

        // A container may have less than its machine.
        long available = kibibytes * 1_024;
        long? here = ReadNumber("sys/fs/cgroup/memory.max") - ReadNumber("sys/fs/cgroup/memory.current");
        bool isBounded = here < available;
        available = Math.Min(available, here ?? long.MaxValue);
        double gibibytes = available / (double)Gibibyte;
        return Finding.Of(
            Area, "memory", gibibytes >= 1, Verdict.Warning, string.Create(CultureInfo.InvariantCulture, $"{gibibytes:F1} GiB available{(isBounded ? " to this container" : string.Empty)}"), "the hosts and servers of a local stack take about 1 GiB together");
    }

    private long? ReadNumber(string file) => long.TryParse(ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out long value) ? value : null;

    private string[] ReadLines(string file)
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

    private static string Existing(string directory)
    {
        DirectoryInfo at = new(directory);
        while (!at.Exists && at.Parent is { } parent)
        {
            at = parent;
        }

        return at.FullName;
    }

    private static (int Code, string Output) RunTool(string program, string[] arguments, string directory)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
            using Process process = Process.Start(start)!;
            process.BeginErrorReadLine(); // Read, though nobody looks at it: a tool that says much there waits until it is.
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output.Trim());
        }
        catch (Win32Exception)
        {
            return (-1, string.Empty);
        }
    }
}
