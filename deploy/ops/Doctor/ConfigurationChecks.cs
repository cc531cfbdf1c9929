using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Push.Hub;
using Seckill.Api.Pages;
using Seckill.Core;
using Seckill.Hosting.Proxies;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Ops.Doctor;

/// <summary>Holds a configuration to what the hosts demand of it, with their own options classes, and looks for secrets that are none.</summary>
/// <remarks>The configuration is this process's environment and the JSON files named. One for all hosts: sections that only one of them reads are checked none the less.</remarks>
internal sealed class ConfigurationChecks(IConfiguration configuration)
{
    private const string Area = "configuration";

    // What people write where a secret should be.
    private static readonly string[] Placeholders = ["changeme", "change-me", "change_me", "secret", "password", "example", "default", "develop", "test", "12345", "todo", "xxxx"];

    /// <summary>All options records of Core and the hosts, by section.</summary>
    internal static IReadOnlyDictionary<string, Type> Sections { get; } = ((Assembly[])[typeof(Connections).Assembly, typeof(ProxyOptions).Assembly, typeof(PageOptions).Assembly, typeof(PushHubHost).Assembly])
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => type is { IsClass: true, IsAbstract: false } && type != typeof(Connections) && type.GetField("Section") is { IsLiteral: true })
        .ToDictionary(type => (string)type.GetField("Section")!.GetRawConstantValue()!);

    /// <summary>All of them.</summary>
    public IEnumerable<Finding> Run()
    {
        // Nothing at all is no mistake: somebody looks at a machine on which nothing runs yet.
        Verdict missing = configuration.GetSection(Connections.Section).GetChildren().Any() ? Verdict.Wrong : Verdict.NotLooked;
        foreach (string server in (string[])[nameof(Connections.Redis), nameof(Connections.Kafka), nameof(Connections.MySql)])
        {
            bool isNamed = !string.IsNullOrEmpty(configuration[$"{Connections.Section}:{server}"]);
            yield return Finding.Of(Area, $"Seckill:{server}", isNamed, missing, isNamed ? "named" : "missing", $"set SECKILL__{server.ToUpperInvariant()}, or start the local stack: ./seckill up");
        }

        string[] named = [.. configuration.GetSection(Connections.Section).GetChildren().Where(child => child.GetChildren().Any()).Select(child => child.Path)];
        if (named.Length == 0)
        {
            // As on a machine from which somebody only looks, or beside a local stack, whose hosts got theirs from the stack.
            yield return new Finding(
                Area, "options of the hosts", Verdict.NotLooked, "neither the environment nor a file has any", "run it with the environment of a host, or name its files: --settings appsettings.Production.json");
            yield break;
        }

        foreach (string unknown in named.Where(path => !Sections.Keys.Any(section => section.Equals(path, StringComparison.OrdinalIgnoreCase))))
        {
            yield return new Finding(Area, unknown, Verdict.Wrong, "no options of the engine are called so, and nobody reads it", $"correct the name; near: {Nearest(unknown)}");
        }

        foreach ((string section, Type type) in Sections.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            foreach (Finding finding in Check(section, type))
            {
                yield return finding;
            }
        }

        foreach (Finding finding in Secrets())
        {
            yield return finding;
        }
    }

    private IEnumerable<Finding> Check(string section, Type type)
    {
        object options = Activator.CreateInstance(type)!;
        string? refused = null;
        try
        {
            configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException fault)
        {
            refused = fault.InnerException is null ? fault.Message : $"{fault.Message} {fault.InnerException.Message}";
        }

        if (refused is not null)
        {
            yield return new Finding(Area, section, Verdict.Wrong, refused, "correct the key or its value: a host with it does not start");
            yield break;
        }

        List<ValidationResult> faults = [];
        if (Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true))
        {
            if (configuration.GetSection(section).GetChildren().Any())
            {
                yield return new Finding(Area, section, Verdict.Ok, "valid");
            }

            yield break;
        }

        foreach (ValidationResult fault in faults)
        {
            yield return new Finding(Area, section, Verdict.Wrong, fault.ErrorMessage ?? "invalid", "correct it: a host that reads this section does not start with it");
        }
    }

    private IEnumerable<Finding> Secrets()
    {
        Dictionary<string, string> seen = [];
        bool isAnyFound = false;
        foreach ((string key, string value) in configuration.GetSection(Connections.Section).AsEnumerable().Where(pair => pair.Value is not null).Select(pair => (pair.Key, pair.Value!)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            string leaf = key[(key.LastIndexOf(':') + 1)..];
            string owner = key[..Math.Max(0, key.LastIndexOf(':'))];
            bool isSecret = leaf.Equals("Secret", StringComparison.OrdinalIgnoreCase) || owner.EndsWith(":Keys", StringComparison.OrdinalIgnoreCase);
            if (owner.EndsWith(":KeyFiles", StringComparison.OrdinalIgnoreCase) && FileFault(value) is { } fault)
            {
                isAnyFound = true;
                yield return new Finding(Area, key, Verdict.Wrong, $"{value}: {fault}", "chmod 400, readable for the host's user alone");
            }

            if (!isSecret)
            {
                continue;
            }

            if (Array.Find(Placeholders, word => value.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } placeholder || value.Distinct().Count() < 8)
            {
                isAnyFound = true;
                yield return new Finding(Area, key, Verdict.Wrong, "looks like a placeholder, not like a secret", "openssl rand -hex 32, in the environment or a file");
            }

            if (!seen.TryAdd(value, key))
            {
                isAnyFound = true;
                yield return new Finding(Area, key, Verdict.Wrong, $"the same secret as {seen[value]}", "a secret of its own: who may call back must not be able to sign in");
            }
        }

        if (!isAnyFound)
        {
            yield return new Finding(Area, "secrets", Verdict.Ok, $"{seen.Count}, none a placeholder, none used twice");
        }

        string environment = configuration["ASPNETCORE_ENVIRONMENT"] ?? configuration["DOTNET_ENVIRONMENT"] ?? "Production";
        yield return Finding.Of(
            Area, "environment", environment != "Development", Verdict.Warning, environment, "ASPNETCORE_ENVIRONMENT=Production where buyers come: Development hands out tokens to whoever asks (/api/v1/dev/tokens) and takes orders to fail (/dev/faults)");
        yield return RedisPassword();
    }

    private Finding RedisPassword()
    {
        try
        {
            ConfigurationOptions redis = RedisTls.Parse(configuration["Seckill:Redis"] ?? string.Empty, out _);
            bool isLoopback = redis.EndPoints.All(endpoint => endpoint.ToString() is { } text && (text.Contains("127.0.0.1", StringComparison.Ordinal) || text.Contains("localhost", StringComparison.OrdinalIgnoreCase)));
            return Finding.Of(
                Area, "password of Redis", isLoopback || !string.IsNullOrEmpty(redis.Password), Verdict.Warning, string.IsNullOrEmpty(redis.Password) ? (isLoopback ? "none, on loopback" : "none") : "set",
                "requirepass or an ACL in Redis, password=… in SECKILL__REDIS: whoever reaches it owns the stock");
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidOperationException)
        {
            return new Finding(Area, "Seckill:Redis", Verdict.Wrong, fault.Message, "host:port[,password=…][,ssl=true[,sslCa=FILE]]");
        }
    }

    private static string? FileFault(string file)
    {
        if (!File.Exists(file))
        {
            return "there is no such file";
        }

        return (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != UnixFileMode.None ? "others may read or change it" : null;
    }

    private static string Nearest(string path) => Sections.Keys.MinBy(section => Distance(section.ToUpperInvariant(), path.ToUpperInvariant()))!;

    // Levenshtein, in one row.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[b.Length];
    }
}
