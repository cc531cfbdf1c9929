using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;

namespace Seckill.Core.Tests.Configuration;

/// <summary>What every options record of the engine promises, checked through the registration that a host calls.</summary>
internal static class OptionsPromises
{
    /// <summary>Each property is set by its key. With <c>init</c>, or a name that the binder misses, a value would stay at its default in silence.</summary>
    public static void EveryKeyIsBound(Type type, Action<IServiceCollection, IConfiguration> register)
    {
        OptionsSample sample = OptionsSample.Of(type);
        using ServiceProvider provider = Build(register, sample.Configuration);

        object bound = sample.Resolve(provider);

        sample.Expected.ShouldNotBeEmpty();
        foreach ((PropertyInfo property, object expected) in sample.Expected)
        {
            OptionsSample.Same(property.GetValue(bound), expected).ShouldBeTrue($"{type.Name}.{property.Name} is {property.GetValue(bound)}, not {expected}.");
        }
    }

    /// <summary>A misspelt key stops the host instead of being ignored.</summary>
    public static void AnUnknownKeyIsRefused(Type type, Action<IServiceCollection, IConfiguration> register)
    {
        OptionsSample sample = OptionsSample.Of(type);
        using ServiceProvider provider = Build(register, new Dictionary<string, string?>(sample.Configuration) { [$"{sample.Section}:NoSuchKey"] = "1" });

        Exception fault = Should.Throw<Exception>(() => sample.Resolve(provider));

        fault.GetBaseException().Message.ShouldContain("NoSuchKey");
    }

    /// <summary>A host without any configuration starts, but for what can have no default: the fault then names exactly those members.</summary>
    public static void DefaultsAreValid(Type type, Action<IServiceCollection, IConfiguration> register, params string[] withoutDefault)
    {
        OptionsSample sample = OptionsSample.Of(type);
        using ServiceProvider provider = Build(register, new Dictionary<string, string?>());

        if (withoutDefault.Length == 0)
        {
            sample.Resolve(provider).ShouldNotBeNull();
            return;
        }

        string[] failures = [.. Should.Throw<OptionsValidationException>(() => sample.Resolve(provider)).Failures];
        failures.Length.ShouldBe(withoutDefault.Length);
        withoutDefault.ShouldAllBe(member => failures.Any(failure => failure.Contains(member, StringComparison.Ordinal)));
    }

    /// <summary>A value just past either end of its range is refused, and the fault names the property.</summary>
    public static void ValuesPastTheRangeAreRefused(Type type, Action<IServiceCollection, IConfiguration> register)
    {
        OptionsSample sample = OptionsSample.Of(type);
        foreach (PropertyInfo property in sample.Expected.Keys.Where(property => property.PropertyType == typeof(int) || property.PropertyType == typeof(TimeSpan)))
        {
            Dictionary<string, string?> configuration = new(sample.Configuration)
            {
                [$"{sample.Section}:{property.Name}"] = property.PropertyType == typeof(int) ? "-1" : "-00:00:01",
            };
            using ServiceProvider provider = Build(register, configuration);

            Should.Throw<OptionsValidationException>(() => sample.Resolve(provider)).Message.ShouldContain(property.Name);
        }
    }

    private static ServiceProvider Build(Action<IServiceCollection, IConfiguration> register, IReadOnlyDictionary<string, string?> values)
    {
        ServiceCollection services = new();
        register(services, new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        return services.BuildServiceProvider();
    }
}
