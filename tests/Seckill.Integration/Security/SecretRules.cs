using System.Text.RegularExpressions;

namespace Seckill.Integration.Security;

/// <summary>What a secret looks like, one line at a time. Few rules, each for something that has a shape of its own or is called a secret and looks random; placeholders and generated values do not match.</summary>
internal static partial class SecretRules
{
    // Random letters and digits have about five bits each, hex four; words and paths have less, and spaces.
    private const double LeastEntropy = 3.6;

    // Stood in a test of 2026 as the key of nothing; history cannot be mended.
    private static readonly string[] Harmless = ["0123456789abcdef0123456789abcdef"];

    /// <summary>The name of the rule that a line breaks; null for a good line.</summary>
    public static string? Find(string line) =>
        line.Length > 20_000 ? null // No source has such lines; a picture's bytes have.
        : PrivateKey().IsMatch(line) ? "private key"
        : KnownToken().IsMatch(line) ? "token of a known service"
        : WebToken().IsMatch(line) ? "JSON Web Token"
        : AddressWithPassword().IsMatch(line) ? "password in an address"
        : Assignment().Match(line) is { Success: true } match && LooksRandom(match.Groups["value"].Value) ? "secret in an assignment"
        : null;

    // The long names of types have the entropy of a secret, and no digits.
    private static bool LooksRandom(string value) => value.Any(char.IsAsciiDigit) && Entropy(value) >= LeastEntropy && !Harmless.Contains(value);

    private static double Entropy(string text) => -text.GroupBy(letter => letter).Sum(same => (double)same.Count() / text.Length * Math.Log2((double)same.Count() / text.Length));

    [GeneratedRegex("-----BEGIN (RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{20,}|AIza[0-9A-Za-z_-]{35}|sk_live_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{36}|oy2[a-z0-9]{43})\b",
        RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex KnownToken();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}", RegexOptions.None, 1_000)]
    private static partial Regex WebToken();

    [GeneratedRegex(@"\b[a-z][a-z0-9+]*://[^\s:/@$<{]+:[^\s:/@$<{]{8,}@", RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex AddressWithPassword();

    [GeneratedRegex(@"(password|passwd|secret|api_?key|access_?key|token|credential)[A-Za-z0-9_:.\]""']*\s*[:=]\s*[""']?(?<value>[A-Za-z0-9+/_=-]{24,})(?![A-Za-z0-9+/_=.(<{-])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Assignment();
}
