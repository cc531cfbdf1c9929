using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Stack;
using Seckill.Ops.Doctor;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary><c>./seckill doctor</c> on ports: taken by whom, and what to do.</summary>
public sealed class PortChecksTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("ASPNETCORE_HTTP_PORTS", "{0}")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:{0}")]
    [InlineData("ASPNETCORE_URLS", "http://localhost:{0};http://localhost:{1}")]
    [InlineData("urls", "http://*:{0}")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://0.0.0.0:{0}")]
    public void PortThatIsTaken_IsWrong_WithTheProcessThatHasIt_AndFreeOnceItIsGone(string key, string value)
    {
        using TcpListener taker = new(IPAddress.Loopback, FreePorts.Next());
        taker.Start();
        int port = ((IPEndPoint)taker.LocalEndpoint).Port;
        string settings = string.Format(value, port, FreePorts.Next());

        Finding found = Run((key, settings)).Single(finding => finding.Check.StartsWith($"{port} (", StringComparison.Ordinal));

        found.Verdict.ShouldBe(Verdict.Wrong);
        found.Seen.ShouldContain($"pid {Environment.ProcessId}");
        found.Fix.ShouldContain($"kill {Environment.ProcessId}");
        found.Fix.ShouldContain(found.Check.Split('(', ')')[1], customMessage: "the setting to change");

        taker.Stop();
        Run((key, settings)).Single(finding => finding.Check == found.Check).ShouldBe(new Finding("ports", found.Check, Verdict.Ok, "free"));
    }

    [Theory]
    [InlineData("ASPNETCORE_HTTP_PORTS", "eighty", "is no port")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "70000", "is no port")]
    [InlineData("ASPNETCORE_URLS", "nonsense", "is no address")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:8080", "this machine has no address")]
    public void AddressThatNoHostCanListenOn_IsWrong(string key, string value, string seen)
    {
        Finding found = Run((key, value)).Where(finding => finding.Verdict is Verdict.Wrong).ShouldHaveSingleItem();

        found.Seen.ShouldContain(seen);
        found.Fix.ShouldNotBeEmpty();
    }

    [Fact]
    public void EndpointsOfKestrel_GoBeforeAddresses_AndThoseBeforePorts()
    {
        int[] ports = [FreePorts.Next(), FreePorts.Next(), FreePorts.Next()];
        (string, string)[] all = [("Kestrel:Endpoints:A:Url", $"http://127.0.0.1:{ports[0]}"), ("ASPNETCORE_URLS", $"http://127.0.0.1:{ports[1]}"), ("ASPNETCORE_HTTP_PORTS", $"{ports[2]}")];

        for (int i = 0; i < all.Length; i++)
        {
            Run(all[i..]).Where(finding => !finding.Check.Contains("./seckill up", StringComparison.Ordinal)).ShouldHaveSingleItem().Check.ShouldStartWith($"{ports[i]} ");
        }
    }

    [Fact]
    public void PortThatUpWouldLike_TakenByAnother_IsAWarning_SinceUpTakesAnother()
    {
        // Somebody's stack may run on this machine: then the port is taken already.
        using TcpListener taker = new(IPAddress.Loopback, StackPorts.Api);
        bool isOurs = FreePorts.IsFree(StackPorts.Api);
        if (isOurs)
        {
            taker.Start();
        }

        Finding found = Run().Single(finding => finding.Check.StartsWith("shop", StringComparison.Ordinal));

        found.Verdict.ShouldBe(Verdict.Warning);
        found.Seen.ShouldStartWith($"{StackPorts.Api} is taken");
        found.Fix.ShouldContain("--api-port");
        if (isOurs)
        {
            found.Seen.ShouldContain($"pid {Environment.ProcessId}");
        }

        Run(isStackUp: true).ShouldAllBe(finding => finding.Verdict == Verdict.Ok);
    }

    [Fact]
    public void HostOfOurs_IsNotTakenForAStranger_AndArgumentsAreNotShown()
    {
        Fake("proc/net/tcp", $"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n{Line(8080, 33, 4711)}\n{Line(8081, 33, 4712)}\n{Line(8082, 0, 9)}");
        Fake("proc/17/cmdline", "/usr/bin/dotnet\0/app/Seckill.Api.dll\0--Seckill:Auth=hidden");
        Link("proc/17/fd/3", "socket:[4711]");
        Fake("proc/18/cmdline", "nginx: master process nginx -c hidden");
        Link("proc/18/fd/6", "socket:[4712]");
        Listeners listeners = new(_directory.Path);

        Listener api = listeners.Find(8080)!;
        (api.IsOurs, api.ToString()).ShouldBe((true, "dotnet Seckill.Api.dll, pid 17"));
        Listener other = listeners.Find(8081)!;
        (other.IsOurs, other.Pid).ShouldBe((false, 18));
        Listener hidden = listeners.Find(8082)!;
        (hidden.Pid, hidden.ToString()).ShouldBe((null, "a process of user 0, whose id only root may see"));
        hidden.Remedy(8082).ShouldContain("ss -ltnp");
        listeners.Find(8083).ShouldBeNull();
    }

    private static string Line(int port, int user, int inode) => $"   0: 0100007F:{port:X4} 00000000:0000 0A 00000000:00000000 00:00000000 00000000    {user}        0 {inode} 1 0000000000000000 100 0 0 10 0";

    private static List<Finding> Run(params (string Key, string Value)[] settings) => Run(isStackUp: false, settings);

    private static List<Finding> Run(bool isStackUp, params (string Key, string Value)[] settings) => [.. new PortChecks(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build(), new Listeners("/"), isStackUp).Run()];

    private void Fake(string file, string text)
    {
        string path = _directory.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Link(string file, string target)
    {
        string path = _directory.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
    }
}
