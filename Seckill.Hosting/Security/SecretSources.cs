using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Seckill.Hosting.Security;

/// <summary>Where secrets come from, environment or files, and which are none.</summary>
internal static class SecretSources
{
    /// <summary>Names a directory of files, one setting each, as Docker and Kubernetes mount secrets: the file's name is the setting's (<c>Seckill__Auth__Keys__0__Secret</c>), its text the value.</summary>
    private const string DirectoryKey = "Seckill:SecretsDirectory";

    // HS256 and our own HMACs rest on what cannot be guessed. A phrase of words or 32 bytes of hex have more than this; "ssss…" and "12341234…" have not.
    private const int FewestDifferentCharacters = 10;

    private static readonly string[] Placeholders = ["change-me", "changeme", "change_me", "replace-me", "replaceme", "replace_me", "placeholder", "your-secret", "development", "example", "insecure", "dev-secret"];

    /// <summary>Adds the directory, if one is named. Its files win over the environment, which every child process and many an error report sees.</summary>
    /// <exception cref="InvalidOperationException">The directory is not there.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        if (configuration[DirectoryKey] is not { Length: > 0 } directory)
        {
            return;
        }

        if (!Directory.Exists(directory))
        {
            throw new InvalidOperationException($"{DirectoryKey} names {directory}, and there is no such directory.");
        }

        configuration.AddKeyPerFile(Path.GetFullPath(directory), optional: false, reloadOnChange: false);
    }

    /// <summary>Outside Development a signing secret that stands in somebody's example, or that could be guessed, stops the host. The message names the setting, never the value.</summary>
    /// <exception cref="InvalidOperationException">There is such a secret.</exception>
    public static void RefuseWeakSecrets(IConfiguration configuration, IHostEnvironment environment)
    {
        if (environment.IsDevelopment())
        {
            return;
        }

        string[] weak = [.. configuration.GetSection("Seckill").AsEnumerable().Where(setting => IsSigningSecret(setting.Key) && IsWeak(setting.Value)).Select(setting => setting.Key).Order(StringComparer.Ordinal)];
        if (weak.Length > 0)
        {
            throw new InvalidOperationException(
                $"Outside Development a secret must be random: {string.Join(", ", weak)} could be guessed, or stands in an example. 'openssl rand -hex 32' makes one.");
        }
    }

    // Seckill:Auth:Keys:0:Secret, Seckill:PaymentCallbacks:Keys:0:Secret, Seckill:GrabTokens:Keys:0, …
    private static bool IsSigningSecret(string key) =>
        key.EndsWith(":Secret", StringComparison.OrdinalIgnoreCase) || (key.Contains(":Keys:", StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(key[^1]));

    private static bool IsWeak(string? secret) =>
        !string.IsNullOrEmpty(secret)
        && (secret.Distinct().Count() < FewestDifferentCharacters || Array.Exists(Placeholders, word => secret.Contains(word, StringComparison.OrdinalIgnoreCase)));
}
