using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Push.Hub.Hubs;
using Seckill.Api.Pages;
using Seckill.Core;
using Seckill.Core.Tests.Configuration;
using Seckill.Hosting;

namespace Seckill.Integration.Deploy;

/// <summary>Holds environment variables against the options of the hosts, as the hosts do at their start: an unknown key, a value that does not bind and one that is out of range are faults.</summary>
internal static class HostSettings
{
    private static readonly IReadOnlyList<Type> Options =
        [.. new[] { typeof(Connections), typeof(SeckillHost), typeof(PageOptions), typeof(PushOptions) }.SelectMany(type => OptionsSample.TypesOf(type.Assembly))];

    private static readonly string[] FrameworkSettings = ["ASPNETCORE_ENVIRONMENT", "ASPNETCORE_HTTP_PORTS"];

    public static IReadOnlyList<string> Faults(IReadOnlyDictionary<string, string> environment)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(environment.Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value))).Build();
        List<string> faults = [.. environment.Keys.Where(name => !name.StartsWith("SECKILL__", StringComparison.OrdinalIgnoreCase) && !FrameworkSettings.Contains(name))
            .Select(name => $"{name} is no setting of a host")];
        foreach (IConfigurationSection section in configuration.GetSection(Connections.Section).GetChildren().Where(section => !IsKnown(section)))
        {
            faults.Add($"{section.Path} is no section of any options and no connection");
        }

        faults.AddRange(FaultsOf(configuration.GetSection(Connections.Section), typeof(Connections), refusesUnknown: false));
        foreach (Type type in Options)
        {
            faults.AddRange(FaultsOf(configuration.GetSection((string)type.GetField("Section")!.GetRawConstantValue()!), type, refusesUnknown: true));
        }

        return faults;
    }

    private static bool IsKnown(IConfigurationSection section) => section.GetChildren().Any()
        ? Options.Any(type => section.Path.Equals((string)type.GetField("Section")!.GetRawConstantValue()!, StringComparison.OrdinalIgnoreCase))
        : typeof(Connections).GetProperties().Any(property => property.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> FaultsOf(IConfigurationSection section, Type type, bool refusesUnknown)
    {
        object options = Activator.CreateInstance(type)!;
        try
        {
            section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = refusesUnknown);
        }
        catch (InvalidOperationException fault)
        {
            return [$"{section.Path}: {fault.Message} {fault.InnerException?.Message}"];
        }

        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{section.Path}: {result.ErrorMessage}");
    }
}
