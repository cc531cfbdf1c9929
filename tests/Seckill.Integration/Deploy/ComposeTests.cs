using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Seckill.Local;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>The compose file against the code and against itself. No container engine runs here: what only one can tell stands in docs/deploy.md.</summary>
public sealed partial class ComposeTests
{
    private static readonly ComposeFile Compose = ComposeFile.Read();

    public static TheoryData<string> Services => [.. Compose.Services.Keys];

    public static TheoryData<string> Hosts => [.. Compose.Hosts];

    [Theory]
    [MemberData(nameof(Hosts))]
    public void EverySettingOfAHost_IsAnOptionsValue_AndNoneIsMissing(string host) =>
        HostSettings.Faults(Compose.Environment(host, SampleOf)).ShouldBeEmpty();

    [Fact]
    public void AWrongSetting_WouldBeFound()
    {
        Dictionary<string, string> environment = Compose.Environment("api-1", SampleOf);
        environment["Seckill__Admission__UserLimt"] = "3";
        environment["Seckill__Admision__UserLimit"] = "3";
        environment["Seckill__Stock__ReplicaAcks"] = "11";
        environment["Seckill__Grab__MaxWait"] = "soon";
        environment["SECKILL__RADIS"] = "redis:6379";
        environment["ASPNET_ENVIRONMENT"] = "Production";
        environment.Remove("Seckill__Auth__Issuer");
        environment.Remove("SECKILL__MYSQL");

        HostSettings.Faults(environment).Count.ShouldBe(8);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void EveryService_IsHardenedBoundedAndWatched(string name)
    {
        object service = Compose.Services[name]!;
        service.ShouldSatisfyAllConditions(
            () => service.Text("read_only").ShouldBe("true"),
            () => service.Text("restart").ShouldNotBeNull(),
            () => service.Items("cap_drop").ShouldBe(["ALL"]),
            () => service.Items("security_opt").ShouldContain("no-new-privileges:true"),
            () => service.Items("tmpfs").ShouldNotBeEmpty("a read-only root needs a /tmp"),
            () => service.Text("deploy", "resources", "limits", "memory").ShouldNotBeNull(),
            () => service.Text("deploy", "resources", "limits", "cpus").ShouldNotBeNull(),
            () => service.Text("logging", "options", "max-size").ShouldNotBeNull(),
            () => service.At("healthcheck").ShouldNotBeNull(),
            () => service.Text("privileged").ShouldBeNull());
        if (!Compose.Hosts.Contains(name))
        {
            service.Text("user").ShouldNotBeNull("its image would start as root; ours say who they are in the Dockerfile").ShouldNotStartWith("0");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void EveryImage_HasAnExactTag_TheSameEverywhere(string name)
    {
        string image = Compose.Services[name].Text("image")!;
        image.ShouldMatch(@"^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$");
        Compose.Services.Values.Select(service => service.Text("image")!).Where(other => other.Split(':')[0] == image.Split(':')[0]).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void EveryImageOfOthers_StandsAmongThoseThatWereLookedUp()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "deploy.md"));
        string[] images =
        [
            .. Compose.Services.Values.Select(service => service.Text("image")!).Where(image => !image.StartsWith("seckill/", StringComparison.Ordinal)),
            .. BaseImage().Matches(DeployFolder.Read("docker", "Dockerfile")).Select(match => match.Groups["image"].Value).Where(image => image.Contains(':', StringComparison.Ordinal)),
        ];

        images.Distinct().Count().ShouldBeGreaterThanOrEqualTo(11);
        images.ShouldAllBe(image => page.Contains($"`{image}`", StringComparison.Ordinal), "docs/deploy.md says how a tag was checked; a new one was not");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void WhatAServiceNames_IsThere(string name)
    {
        object? service = Compose.Services[name];
        foreach ((string needed, object? condition) in service.Map("depends_on"))
        {
            Compose.Services.Keys.ShouldContain(needed);
            bool hasHealth = Compose.Services[needed].Text("healthcheck", "disable") != "true";
            condition.Text("condition").ShouldBe(hasHealth ? "service_healthy" : "service_completed_successfully");
        }

        foreach (string mount in service.Items("volumes").Cast<string>())
        {
            string source = mount.Split(':')[0];
            if (source.StartsWith('.'))
            {
                Path.Exists(DeployFolder.PathOf("compose", source)).ShouldBeTrue($"{source} is mounted");
                mount.ShouldEndWith(":ro");
            }
            else
            {
                Compose.Top("volumes").Keys.ShouldContain(source);
            }
        }

        service.Items("secrets").Cast<string>().ShouldBeSubsetOf(Compose.Top("secrets").Keys);
        foreach (string network in service.At("networks") is IDictionary<object, object> map ? map.Keys.Cast<string>() : service.Items("networks").Cast<string>())
        {
            Compose.Top("networks").Keys.ShouldContain(network);
        }
    }

    [Fact]
    public void OnlyTheProxyIsPublished_AndServersHaveNoWayOut()
    {
        Compose.Services.Where(service => service.Value.Items("ports").Cast<string>().Any(port => !port.StartsWith("127.0.0.1:", StringComparison.Ordinal))).Select(service => service.Key)
            .ShouldBe(["nginx"], "everything else is for those who are on the machine");
        Compose.Top("networks")["backend"].Text("internal").ShouldBe("true");
        Compose.Services.Where(service => service.Value.At("networks", "edge") is not null || service.Value.Items("networks").Contains("edge")).Select(service => service.Key)
            .ShouldBe(["nginx", .. Compose.Hosts.Where(host => !host.StartsWith("worker", StringComparison.Ordinal))], ignoreOrder: true);
    }

    [Fact]
    public void TheProxysNodes_AreTheHosts_AndTheHostsKnowTheirProxy()
    {
        string[] named = [.. Server().Matches(DeployFolder.Read("nginx", "upstreams.conf")).Select(match => $"{match.Groups["name"].Value} {match.Groups["address"].Value}").Distinct()];
        named.ShouldBe(Compose.Hosts.Where(host => Compose.Address(host) is not null).Select(host => $"{host} {Compose.Address(host)}:8080"), ignoreOrder: true);

        IPNetwork edge = IPNetwork.Parse(Compose.Top("networks")["edge"].Text("ipam", "config", "0", "subnet")!);
        Compose.Services.Keys.Select(Compose.Address).OfType<string>().ShouldAllBe(address => edge.Contains(IPAddress.Parse(address)));
        foreach (string host in Compose.Hosts)
        {
            Compose.Environment(host, SampleOf)["Seckill__Proxies__Known__0"].ShouldBe(Compose.Address("nginx"));
        }
    }

    [Fact]
    public void TheNumberOfApis_IsWhatTheyAreTold() =>
        Compose.Environment("api-1", SampleOf)["Seckill__Admission__ExpectedNodes"].ShouldBe($"{Compose.Hosts.Count(host => host.StartsWith("api", StringComparison.Ordinal))}");

    [Fact]
    public void EverySecret_IsAskedFor_NoneHasADefault_AndTheExampleNamesThemAll()
    {
        string text = DeployFolder.Read("compose", "compose.yaml");
        Dictionary<string, string> example = Lines(DeployFolder.PathOf("compose", ".env.example"));
        example.Keys.ShouldBe(Compose.Variables(), ignoreOrder: true);
        foreach ((string name, string value) in example.Where(pair => !pair.Key.EndsWith("_PORT", StringComparison.Ordinal)))
        {
            value.ShouldBeEmpty($"{name} is a secret: its value is nobody's but the operator's");
            text.ShouldNotContain($"${{{name}:-", customMessage: $"{name} must have no default");
        }
    }

    [Fact]
    public async Task MakeEnv_GivesEachSecretAValueOfItsOwn_FitForTheHosts_AndNeverOverwrites()
    {
        using TemporaryDirectory directory = new();
        foreach (string file in new[] { "make-env", ".env.example" })
        {
            File.Copy(DeployFolder.PathOf("compose", file), directory.Combine(file));
        }

        (await RunAsync(directory)).ShouldBe(0);
        Dictionary<string, string> made = Lines(directory.Combine(".env"));
        made.Keys.ShouldBe(Compose.Variables(), ignoreOrder: true);
        made.Where(pair => !pair.Key.EndsWith("_KEY_ID", StringComparison.Ordinal) && !pair.Key.EndsWith("_PORT", StringComparison.Ordinal)).Select(pair => pair.Value).ShouldBeUnique();
        made["KAFKA_CLUSTER_ID"].ShouldMatch("^[A-Za-z0-9]{22}$");
        HostSettings.Faults(Compose.Environment("worker-1", name => made[name])).ShouldBeEmpty();
#pragma warning disable CA1416 // Containers are deployed from Linux.
        File.GetUnixFileMode(directory.Combine(".env")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416

        (await RunAsync(directory)).ShouldBe(1);
        Lines(directory.Combine(".env")).ShouldBe(made);
    }

    /// <summary>A value as <c>make-env</c> would make one: 64 hexadecimal digits, other ones for each variable.</summary>
    internal static string SampleOf(string name) => name.EndsWith("_PORT", StringComparison.Ordinal) ? "8080" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static async Task<int> RunAsync(TemporaryDirectory directory)
    {
        using ChildProcess process = await ChildProcess.StartAsync(["bash", directory.Combine("make-env")], directory.Path, directory.Combine("log"));
        (await process.WaitForExitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        return process.ExitCode;
    }

    private static Dictionary<string, string> Lines(string file) => File.ReadLines(file).Where(line => line.Length > 0 && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    [GeneratedRegex(@"^FROM (?<image>\S+) AS ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex BaseImage();

    [GeneratedRegex(@"^\s*server (?<address>[\d.]+:\d+).*; *# (?<name>[a-z0-9-]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Server();
}
