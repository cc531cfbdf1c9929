using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Tests.Configuration;

/// <summary>One options record with a valid value other than the default for every property, as configuration and as read back.</summary>
internal sealed class OptionsSample
{
    private readonly Dictionary<string, string?> _configuration = [];

    private OptionsSample(Type type)
    {
        Type = type;
        Section = (string)type.GetField("Section", BindingFlags.Public | BindingFlags.Static)!.GetRawConstantValue()!;
        object defaults = Activator.CreateInstance(type)!;
        Expected = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(
            property => property, property => Sample($"{Section}:{property.Name}", property, property.GetValue(defaults)));
    }

    public Type Type { get; }

    public string Section { get; }

    /// <summary>What each property must read.</summary>
    public IReadOnlyDictionary<PropertyInfo, object> Expected { get; }

    public IReadOnlyDictionary<string, string?> Configuration => _configuration;

    /// <summary>All options records of an assembly: public records named so, with a section.</summary>
    public static IReadOnlyList<Type> TypesOf(Assembly assembly) =>
        [.. assembly.GetExportedTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetField("Section") is { IsLiteral: true })];

    public static OptionsSample Of(Type type) => new(type);

    /// <summary>The options as a host would get them.</summary>
    public object Resolve(IServiceProvider provider) =>
        ((IOptions<object>)provider.GetService(typeof(IOptions<>).MakeGenericType(Type))!).Value;

    /// <summary>Whether a value that was bound is the sample, lists by their items.</summary>
    public static bool Same(object? bound, object expected) =>
        expected is not string && expected is IEnumerable items ? bound is IEnumerable others && items.Cast<object>().SequenceEqual(others.Cast<object>()) : Equals(bound, expected);

    private object Sample(string key, PropertyInfo property, object? standard)
    {
        if (property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IList<>))
        {
            Type item = property.PropertyType.GetGenericArguments()[0];
            return new[] { item == typeof(string) ? Text($"{key}:0") : Item($"{key}:0", item) };
        }

        if (property.PropertyType == typeof(string))
        {
            return Text(key);
        }

        object value = property.PropertyType == typeof(Uri) ? new Uri("http://sample.example/path") : Other(property, standard!);
        _configuration.Add(key, Convert.ToString(value, CultureInfo.InvariantCulture));
        return value;
    }

    private string Text(string key)
    {
        string text = $"sample of {key}, long enough to be a secret";
        _configuration.Add(key, text);
        return text;
    }

    private object Item(string key, Type type)
    {
        object item = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties())
        {
            property.SetValue(item, Sample($"{key}:{property.Name}", property, property.GetValue(item)));
        }

        return item;
    }

    // The lower bound, or the upper one where the default is the lower.
    private static object Other(PropertyInfo property, object standard)
    {
        if (property.PropertyType.IsEnum)
        {
            return Enum.GetValues(property.PropertyType).Cast<object>().First(value => !value.Equals(standard));
        }

        if (property.PropertyType == typeof(bool))
        {
            return !(bool)standard;
        }

        RangeAttribute range = property.GetCustomAttribute<RangeAttribute>()
            ?? throw new InvalidOperationException($"{property.DeclaringType!.Name}.{property.Name} has no range.");
        object[] bounds = [.. new[] { range.Minimum, range.Maximum }.Select(bound =>
            property.PropertyType == typeof(TimeSpan) ? TimeSpan.Parse((string)bound, CultureInfo.InvariantCulture) : Convert.ChangeType(bound, property.PropertyType, CultureInfo.InvariantCulture))];
        return bounds[0].Equals(standard) ? bounds[1] : bounds[0];
    }
}
