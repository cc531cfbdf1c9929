using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>Reads a connection string for Redis, with one member beyond the client library's own: <c>sslCa=FILE</c>, as MySQL's drivers call it.</summary>
/// <remarks>
/// Without it a server's certificate must be signed by an authority of the machine's store. With it, by one in the file and by no other: a private authority in, all the public ones out. The
/// name is checked either way (<c>sslHost=…</c> where it is not the host's). Nothing turns the check off.
/// </remarks>
internal static class RedisTls
{
    private const string AuthorityMember = "sslCa=";

    /// <exception cref="InvalidOperationException">The file cannot be read, or holds no certificate; or it is named and <c>ssl=true</c> is not.</exception>
    public static ConfigurationOptions Parse(string connectionString)
    {
        ConfigurationOptions options = Parse(connectionString, out RemoteCertificateValidationCallback? isTrusted);
        if (isTrusted is not null)
        {
            options.CertificateValidation += isTrusted;
        }

        return options;
    }

    /// <summary>For whoever speaks to Redis by another way than the client library.</summary>
    /// <param name="connectionString">As for the engine.</param>
    /// <param name="isTrusted">Judges the server's certificate; null where the machine's store does.</param>
    /// <exception cref="InvalidOperationException">As for the other.</exception>
    public static ConfigurationOptions Parse(string connectionString, out RemoteCertificateValidationCallback? isTrusted)
    {
        isTrusted = null;
        string[] members = connectionString.Split(',');
        string? authority = Array.Find(members, member => member.Trim().StartsWith(AuthorityMember, StringComparison.OrdinalIgnoreCase));
        if (authority is null)
        {
            return ConfigurationOptions.Parse(connectionString);
        }

        ConfigurationOptions options = ConfigurationOptions.Parse(string.Join(',', members.Where(member => member != authority)));
        if (!options.Ssl)
        {
            throw new InvalidOperationException("The connection to Redis names an authority (sslCa) and no encryption: add ssl=true, or take it out.");
        }

        X509Certificate2Collection authorities = Load(authority.Trim()[AuthorityMember.Length..]);
        isTrusted = (_, certificate, _, errors) =>
            // The chain is judged anew; a wrong name, or no certificate, stays wrong.
            (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && certificate is X509Certificate2 presented && IsSignedBy(authorities, presented);
        return options;
    }

    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2 certificate)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // A private authority publishes no list of what it took back, as a rule.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1")); // For a server.
        return chain.Build(certificate);
    }

    private static X509Certificate2Collection Load(string file)
    {
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new InvalidOperationException($"The authorities for Redis cannot be read from {file}: {fault.Message}", fault);
        }

        return authorities.Count > 0 ? authorities : throw new InvalidOperationException($"{file} holds no certificate.");
    }
}
