using System.ComponentModel.DataAnnotations;

namespace Seckill.Core;

/// <summary>Where the servers are: environment <c>SECKILL__REDIS</c>, <c>SECKILL__KAFKA</c>, <c>SECKILL__MYSQL</c>, or the same keys in any other configuration source.</summary>
public sealed record Connections
{
    /// <summary>The configuration section: the root <c>Seckill</c>, whose other children belong to the features.</summary>
    public const string Section = "Seckill";

    /// <summary>Redis: <c>host:port[,password=…][,ssl=true][,sslHost=NAME][,sslCa=FILE]</c>: a password, TLS, the name in its certificate, and a private authority that signed it.</summary>
    [Required]
    public string Redis { get; set; } = string.Empty;

    /// <summary>Kafka: bootstrap list, <c>host:port,host:port</c>; password and TLS are <see cref="Messaging.KafkaSecurityOptions"/>'. The Api uses it for operators' messages only, the Hub not at all.</summary>
    [Required]
    public string Kafka { get; set; } = string.Empty;

    /// <summary>MySQL or MariaDB: an ADO.NET connection string for <see cref="MySqlProvider"/>; over a network with <c>SslMode=VerifyFull</c>; a private authority is named by the environment variable <c>SSL_CERT_FILE</c>, or stands in the machine's store.</summary>
    [Required]
    public string MySql { get; set; } = string.Empty;

    /// <summary>
    /// The ADO.NET factory: assembly-qualified name of a <see cref="System.Data.Common.DbProviderFactory"/>. Default: Oracle's MySql.Data;
    /// for MySqlConnector: <c>MySqlConnector.MySqlConnectorFactory, MySqlConnector</c>.
    /// </summary>
    [Required]
    public string MySqlProvider { get; set; } = "MySql.Data.MySqlClient.MySqlClientFactory, MySql.Data";
}
