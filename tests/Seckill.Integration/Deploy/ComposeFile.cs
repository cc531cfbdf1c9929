using System.Text.RegularExpressions;

namespace Seckill.Integration.Deploy;

/// <summary><c>deploy/compose/compose.yaml</c> as compose would read it, with a value for each variable.</summary>
internal sealed partial class ComposeFile
{
    private readonly object _file = DeployFolder.Documents(DeployFolder.PathOf("compose", "compose.yaml"))[0];

    public static ComposeFile Read() => new();

    public IReadOnlyDictionary<string, object?> Services => _file.Map("services");

    /// <summary>The services that are ours.</summary>
    public IEnumerable<string> Hosts => Services.Where(service => service.Value.Text("image")!.StartsWith("seckill/", StringComparison.Ordinal)).Select(service => service.Key);

    public IReadOnlyDictionary<string, object?> Top(string name) => _file.Map(name);

    /// <summary>Names of all variables that the file asks <c>.env</c> for.</summary>
    public IReadOnlySet<string> Variables()
    {
        HashSet<string> names = [.. Variable().Matches(DeployFolder.Read("compose", "compose.yaml")).Select(match => match.Groups["name"].Value)];
        names.UnionWith(Top("secrets").Values.Select(secret => secret.Text("environment")!));
        return names;
    }

    /// <summary>A service's environment.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="value">What stands for a variable.</param>
    public Dictionary<string, string> Environment(string service, Func<string, string> value) => Services[service].Map("environment")
        .ToDictionary(pair => pair.Key, pair => Variable().Replace((string)pair.Value!, match => value(match.Groups["name"].Value)));

    /// <summary>A service's address in the network that nginx shares with it.</summary>
    public string? Address(string service) => Services[service].Text("networks", "edge", "ipv4_address");

    // $$ is a dollar for the shell in the container.
    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(:[?-][^}]*)?\}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Variable();
}
