using System.Net;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>The Kubernetes files against the code and against one another. Their shape is held against what a strict reader of the API would object to; the API itself is not here.</summary>
public sealed class KubernetesTests
{
    private static readonly string Base = DeployFolder.PathOf("k8s", "base");
    private static readonly string Production = DeployFolder.PathOf("k8s", "overlays", "production");

    private static readonly IReadOnlyList<object> Objects =
        [.. Kustomization(Base).Items("resources").Cast<string>().SelectMany(file => DeployFolder.Documents(Path.Combine(Base, file)))];

    private static readonly Dictionary<string, string[]> KnownKinds = new()
    {
        ["v1 ServiceAccount"] = ["automountServiceAccountToken"],
        ["v1 ConfigMap"] = ["data"],
        ["v1 Service"] = ["spec"],
        ["apps/v1 Deployment"] = ["spec"],
        ["autoscaling/v2 HorizontalPodAutoscaler"] = ["spec"],
        ["policy/v1 PodDisruptionBudget"] = ["spec"],
        ["networking.k8s.io/v1 Ingress"] = ["spec"],
        ["networking.k8s.io/v1 NetworkPolicy"] = ["spec"],
    };

    public static TheoryData<string> Deployments => [.. OfKind("Deployment").Select(NameOf)];

    [Fact]
    public void EveryYamlFileOfDeploy_CanBeRead()
    {
        IReadOnlyList<string> files = DeployFolder.YamlFiles();
        files.Count.ShouldBeGreaterThanOrEqualTo(12);
        files.ShouldAllBe(file => DeployFolder.Documents(file).Count > 0);
    }

    [Fact]
    public void EveryFileIsPartOfIt_AndEveryObjectIsOfAKindThatExists()
    {
        Directory.EnumerateFiles(Base, "*.yaml").Select(Path.GetFileName).ShouldBe([.. Kustomization(Base).Items("resources").Cast<string>(), "kustomization.yaml"], ignoreOrder: true);
        foreach (object one in Objects)
        {
            KnownKinds.ShouldContainKey($"{one.Text("apiVersion")} {one.Text("kind")}");
            one.Map().Keys.ShouldBe(["apiVersion", "kind", "metadata", .. KnownKinds[$"{one.Text("apiVersion")} {one.Text("kind")}"]], ignoreOrder: true, NameOf(one));
            NameOf(one).ShouldMatch("^[a-z0-9-]+$");
        }

        Objects.Select(one => $"{one.Text("kind")} {NameOf(one)}").ShouldBeUnique();
    }

    [Fact]
    public void SettingsAndSecretTogether_AreWhatTheHostsNeed()
    {
        Dictionary<string, string> settings = OfKind("ConfigMap").Single().Map("data").ToDictionary(pair => pair.Key, pair => (string)pair.Value!);
        foreach ((string name, object? value) in DeployFolder.Documents(Path.Combine(Production, "settings.yaml")).Single().Map("data"))
        {
            settings[name] = (string)value!;
        }

        string[] secrets = [.. File.ReadLines(DeployFolder.PathOf("k8s", "secret.env.example")).Where(line => line.Length > 0 && !line.StartsWith('#'))];
        secrets.ShouldAllBe(line => line.EndsWith('='), "no secret is committed");
        secrets.Select(line => line.TrimEnd('=')).ShouldAllBe(name => !settings.ContainsKey(name));
        foreach (string line in secrets)
        {
            settings.Add(line.TrimEnd('='), ComposeTests.SampleOf(line));
        }

        HostSettings.Faults(settings).ShouldBeEmpty();
        settings.Keys.Where(name => name.Contains("Secret", StringComparison.Ordinal) || name.Contains("Keys", StringComparison.Ordinal)).ShouldBeSubsetOf(secrets.Select(line => line.TrimEnd('=')));
    }

    [Theory]
    [MemberData(nameof(Deployments))]
    public void APod_IsHardenedProbedAndSpread(string name)
    {
        object deployment = Named("Deployment", name);
        object pod = deployment.At("spec", "template", "spec")!;
        object container = pod.Items("containers").ShouldHaveSingleItem();
        deployment.ShouldSatisfyAllConditions(
            () => pod.Text("securityContext", "runAsNonRoot").ShouldBe("true"),
            () => pod.Text("securityContext", "runAsUser").ShouldBe("1654", "the number of the image's user"),
            () => pod.Text("securityContext", "seccompProfile", "type").ShouldBe("RuntimeDefault"),
            () => pod.Text("automountServiceAccountToken").ShouldBe("false"),
            () => pod.Items("topologySpreadConstraints").Select(one => one.Text("topologyKey")).ShouldBe(["topology.kubernetes.io/zone", "kubernetes.io/hostname"]),
            () => container.Text("securityContext", "readOnlyRootFilesystem").ShouldBe("true"),
            () => container.Text("securityContext", "allowPrivilegeEscalation").ShouldBe("false"),
            () => container.Items("securityContext", "capabilities", "drop").ShouldBe(["ALL"]),
            () => container.Text("resources", "requests", "cpu").ShouldNotBeNull(),
            () => container.Text("resources", "requests", "memory").ShouldNotBeNull(),
            () => container.Text("resources", "limits", "memory").ShouldNotBeNull(),
            () => container.Items("envFrom").Select(one => one.Text("configMapRef", "name") ?? one.Text("secretRef", "name")).ShouldBe(["seckill", "seckill"]),
            () => container.Items("volumeMounts").Select(one => one.Text("name")).ShouldBe(pod.Items("volumes").Select(one => one.Text("name"))));
        foreach (string probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            container.Text(probe, "httpGet", "port").ShouldBe(container.Items("ports")[0].Text("name"));
        }

        foreach (object spread in pod.Items("topologySpreadConstraints"))
        {
            Matches(spread.Map("labelSelector", "matchLabels"), deployment).ShouldBeTrue();
        }

        pod.Text("serviceAccountName").ShouldBe(NameOf(OfKind("ServiceAccount").Single()));
        Matches(deployment.Map("spec", "selector", "matchLabels"), deployment).ShouldBeTrue();
        OfKind("PodDisruptionBudget").Count(budget => Matches(budget.Map("spec", "selector", "matchLabels"), deployment)).ShouldBe(1);
    }

    /// <summary>A hub needs its window and 5 s more to let its clients go, every pod the pause before SIGTERM and the host's 10 s.</summary>
    [Theory]
    [MemberData(nameof(Deployments))]
    public void APod_HasTheTimeThatItsHostNeedsToStop(string name)
    {
        object pod = Named("Deployment", name).At("spec", "template", "spec")!;
        int pause = int.Parse(pod.Text("containers", "0", "lifecycle", "preStop", "exec", "command", "1")!);
        TimeSpan window = TimeSpan.Parse((string)OfKind("ConfigMap").Single().Map("data")["Seckill__HubConnections__DrainWindow"]!);
        int.Parse(pod.Text("terminationGracePeriodSeconds")!).ShouldBeGreaterThan(pause + (int)window.TotalSeconds + 5 + 10);
    }

    [Fact]
    public void ServicesAutoscalersAndTheIngress_PointAtWhatIsThere()
    {
        foreach (object service in OfKind("Service"))
        {
            object deployment = OfKind("Deployment").Where(one => Matches(service.Map("spec", "selector"), one)).ShouldHaveSingleItem();
            service.Text("spec", "ports", "0", "targetPort").ShouldBe(deployment.Text("spec", "template", "spec", "containers", "0", "ports", "0", "name"));
        }

        foreach (object autoscaler in OfKind("HorizontalPodAutoscaler"))
        {
            object deployment = Named("Deployment", autoscaler.Text("spec", "scaleTargetRef", "name")!);
            deployment.At("spec", "replicas").ShouldBeNull("the autoscaler decides, and each apply would undo it");
            int.Parse(autoscaler.Text("spec", "minReplicas")!).ShouldBeGreaterThanOrEqualTo(2);
            IEnumerable<string> adapted = DeployFolder.Documents(DeployFolder.PathOf("k8s", "metrics-adapter.yaml"))[0].Items("rules", "custom").Select(rule => rule.Text("name", "as")!);
            autoscaler.Items("spec", "metrics").Select(metric => metric.Text("type")).ShouldBe(["Resource", "Pods"]);
            adapted.ShouldContain(autoscaler.Text("spec", "metrics", "1", "pods", "metric", "name"));
        }

        foreach (object path in OfKind("Ingress").Single().Items("spec", "rules", "0", "http", "paths"))
        {
            Named("Service", path.Text("backend", "service", "name")!).Text("spec", "ports", "0", "name").ShouldBe(path.Text("backend", "service", "port", "name"));
        }
    }

    [Fact]
    public void TheIngress_LetsEveryPageThrough_AndNothingOfTheOperators()
    {
        (string Path, bool IsPrefix, string Service)[] open = [.. OfKind("Ingress").Single().Items("spec", "rules", "0", "http", "paths")
            .Select(path => (path.Text("path")!, path.Text("pathType") == "Prefix", path.Text("backend", "service", "name")!))];

        string pages = Path.Combine(Repository.Root, "Seckill.Api", "wwwroot");
        foreach (string file in Directory.EnumerateFiles(pages, "*", SearchOption.AllDirectories).Select(file => "/" + Path.GetRelativePath(pages, file)))
        {
            ServiceOf(file).ShouldBe("seckill-api", file);
        }

        ServiceOf("/").ShouldBe("seckill-api");
        ServiceOf("/config.json").ShouldBe("seckill-api");
        ServiceOf("/lib/push/index.js").ShouldBe("seckill-api");
        ServiceOf("/api/v1/sales").ShouldBe("seckill-api");
        ServiceOf("/hubs/push/negotiate").ShouldBe("seckill-hub");
        foreach (string hidden in new[] { "/metrics", "/healthz", "/healthz/ready", "/dev/faults", "/openapi/v1.json", "/swagger/index.html" })
        {
            ServiceOf(hidden).ShouldBeNull(hidden);
        }

        string? ServiceOf(string path) => open.Where(one => one.IsPrefix ? path == one.Path || path.StartsWith(one.Path + "/", StringComparison.Ordinal) : path == one.Path)
            .Select(one => one.Service).FirstOrDefault();
    }

    [Fact]
    public void Policies_CloseEverything_AndOpenThePortsThatAreUsed()
    {
        object[] policies = [.. OfKind("NetworkPolicy")];
        policies.Count(policy => policy.At("spec", "ingress") is null && policy.At("spec", "egress") is null).ShouldBe(1, "one that denies");
        foreach (object deployment in OfKind("Deployment"))
        {
            policies.Where(policy => Applies(policy, deployment)).Select(NameOf).ShouldContain("seckill-nothing");
            policies.Where(policy => Applies(policy, deployment)).SelectMany(policy => policy.Items("spec", "ingress")).SelectMany(rule => rule.Items("ports")).Select(port => port.Text("port"))
                .Distinct().ShouldBe([deployment.Text("spec", "template", "spec", "containers", "0", "ports", "0", "containerPort")]);
        }

        policies.Single(policy => NameOf(policy) == "seckill-to-servers").Items("spec", "egress").SelectMany(rule => rule.Items("ports")).Select(port => port.Text("port"))
            .ShouldBe(["53", "53", "6379", "9092", "3306", "4318"], ignoreOrder: true);
        IPNetwork.Parse((string)DeployFolder.Documents(Path.Combine(Production, "settings.yaml")).Single().Map("data")["Seckill__Proxies__Known__0"]!).PrefixLength.ShouldBeGreaterThan(0);

        static bool Applies(object policy, object deployment) =>
            Matches(policy.Map("spec", "podSelector", "matchLabels"), deployment)
            && policy.Items("spec", "podSelector", "matchExpressions").All(rule => rule.Text("operator") == "In"
                && rule.Items("values").Contains(deployment.Text("spec", "template", "metadata", "labels", rule.Text("key")!)!));
    }

    [Fact]
    public void TheOverlay_ReplacesEveryImage_WithTheVersionThatComposeBuilds()
    {
        ComposeFile compose = ComposeFile.Read();
        string[] built = [.. compose.Hosts.Select(host => compose.Services[host].Text("image")!).Distinct()];
        OfKind("Deployment").Select(deployment => deployment.Text("spec", "template", "spec", "containers", "0", "image")).ShouldBe(built.Select(image => image.Split(':')[0]), ignoreOrder: true);
        Kustomization(Production).Items("images").Select(image => $"{image.Text("name")}:{image.Text("newTag")}").ShouldBe(built, ignoreOrder: true);

        foreach (object patch in Kustomization(Production).Items("patches"))
        {
            object first = DeployFolder.Documents(Path.Combine(Production, patch.Text("path")!))[0];
            string target = first is IDictionary<object, object> ? $"{first.Text("kind")} {NameOf(first)}" : $"{patch.Text("target", "kind")} {patch.Text("target", "name")}";
            Objects.Select(one => $"{one.Text("kind")} {NameOf(one)}").ShouldContain(target);
        }
    }

    private static object Kustomization(string folder) => DeployFolder.Documents(Path.Combine(folder, "kustomization.yaml")).Single();

    private static IEnumerable<object> OfKind(string kind) => Objects.Where(one => one.Text("kind") == kind);

    private static object Named(string kind, string name) => OfKind(kind).Single(one => NameOf(one) == name);

    private static string NameOf(object one) => one.Text("metadata", "name")!;

    private static bool Matches(IReadOnlyDictionary<string, object?> selector, object deployment) =>
        selector.All(label => deployment.Text("spec", "template", "metadata", "labels", label.Key) == (string)label.Value!);
}
