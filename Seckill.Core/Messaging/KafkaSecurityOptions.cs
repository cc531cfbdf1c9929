using System.ComponentModel.DataAnnotations;
using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>How the brokers are known, and how we are to them. Default: neither, for loopback.</summary>
public sealed record KafkaSecurityOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:KafkaSecurity";

    /// <summary>Plaintext (default), Ssl, SaslPlaintext or SaslSsl. Over a network one with Ssl: a password on a plain connection is everybody's.</summary>
    [EnumDataType(typeof(SecurityProtocol))]
    public SecurityProtocol Protocol { get; set; } = SecurityProtocol.Plaintext;

    /// <summary>How a password is shown, with a Sasl protocol: Plain, ScramSha256 or ScramSha512 (default: the broker keeps no password).</summary>
    [EnumDataType(typeof(SaslMechanism))]
    public SaslMechanism Mechanism { get; set; } = SaslMechanism.ScramSha512;

    /// <summary>User, with a Sasl protocol. Default: none.</summary>
    public string Username { get; set; } = string.Empty;

    /// <summary>Password, with a Sasl protocol. Default: none.</summary>
    public string Password { get; set; } = string.Empty;

    /// <summary>File with the authorities (PEM) that may sign a broker's certificate. Default: none, those of the machine.</summary>
    public string CaFile { get; set; } = string.Empty;

    /// <summary>File with our certificate (PEM), where brokers know clients by it. Default: none.</summary>
    public string CertificateFile { get; set; } = string.Empty;

    /// <summary>File with that certificate's key (PEM). Default: none.</summary>
    public string KeyFile { get; set; } = string.Empty;

    private bool HasTls => Protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl;

    private bool HasSasl => Protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl;

    /// <summary>Leaves the password out of logs.</summary>
    public override string ToString() => $"KafkaSecurityOptions {{ Protocol = {Protocol}, Mechanism = {Mechanism}, Username = {Username} }}";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HasSasl && (Username.Length == 0 || Password.Length == 0))
        {
            yield return new ValidationResult($"{Protocol} needs Username and Password.");
        }

        if (HasSasl && Mechanism is not (SaslMechanism.Plain or SaslMechanism.ScramSha256 or SaslMechanism.ScramSha512))
        {
            yield return new ValidationResult($"Mechanism {Mechanism} is not Plain, ScramSha256 or ScramSha512.");
        }

        if (!HasSasl && Password.Length > 0)
        {
            yield return new ValidationResult($"A Password is given, and {Protocol} shows none.");
        }

        if (!HasTls && (CaFile + CertificateFile + KeyFile).Length > 0)
        {
            yield return new ValidationResult($"CaFile, CertificateFile and KeyFile mean nothing with {Protocol}: nothing would be encrypted.");
        }

        if (CertificateFile.Length > 0 != KeyFile.Length > 0)
        {
            yield return new ValidationResult("CertificateFile and KeyFile belong together.");
        }

        foreach (string missing in new[] { CaFile, CertificateFile, KeyFile }.Where(file => file.Length > 0 && !File.Exists(file)))
        {
            yield return new ValidationResult($"There is no file {missing}.");
        }
    }

    /// <summary>Puts all this into a client's settings.</summary>
    internal TConfig ApplyTo<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        config.SecurityProtocol = Protocol;
        if (HasSasl)
        {
            (config.SaslMechanism, config.SaslUsername, config.SaslPassword) = (Mechanism, Username, Password);
        }

        if (HasTls)
        {
            // Who signed it is half of it: the name must be the broker's, too.
            config.SslEndpointIdentificationAlgorithm = SslEndpointIdentificationAlgorithm.Https;
            config.SslCaLocation = OrNull(CaFile);
            config.SslCertificateLocation = OrNull(CertificateFile);
            config.SslKeyLocation = OrNull(KeyFile);
        }

        return config;
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
