using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Seckill.Core.Database;

/// <summary>One numbered script of <c>deploy/mysql</c>.</summary>
/// <param name="Version">Its number, from 1 without gaps.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Text">The script.</param>
public sealed record Migration(int Version, string Name, string Text)
{
    private const string Prefix = "migrations/";

    /// <summary>SHA-256 of the text with line feeds only, in hex: what an applied script is held to.</summary>
    public string Checksum => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\n"))));

    /// <summary>The scripts that this assembly carries, in order.</summary>
    /// <exception cref="MigrationException">A number is missing, doubled or unreadable.</exception>
    public static IReadOnlyList<Migration> LoadEmbedded()
    {
        Assembly assembly = typeof(Migration).Assembly;
        return InOrder(assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name =>
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                return Create(name[Prefix.Length..], reader.ReadToEnd());
            }));
    }

    /// <summary>Sorts scripts and checks that they count 1, 2, 3 …</summary>
    /// <exception cref="MigrationException">They do not.</exception>
    public static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> migrations)
    {
        Migration[] ordered = [.. migrations.OrderBy(migration => migration.Version).ThenBy(migration => migration.Name, StringComparer.Ordinal)];
        for (int i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Version != i + 1)
            {
                throw new MigrationException($"Migration {i + 1} is missing or doubled: found {ordered[i].Name} in its place.");
            }
        }

        return ordered;
    }

    /// <summary>Reads the number from a name such as <c>0002_orders.sql</c>.</summary>
    /// <exception cref="MigrationException">The name does not start with four digits and an underscore.</exception>
    public static Migration Create(string name, string text) =>
        name.Length > 5 && name[4] == '_' && int.TryParse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            ? new Migration(version, name, text)
            : throw new MigrationException($"'{name}' is not named like 0001_name.sql.");
}
