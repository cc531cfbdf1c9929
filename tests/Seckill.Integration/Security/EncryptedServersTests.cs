using System.Data.Common;
using System.Diagnostics;
using Confluent.Kafka;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MySql.Data.MySqlClient;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Messaging;
using Seckill.Core.Redis;
using Seckill.Integration.Grab;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>
/// Passwords and TLS to what the engine stands on: a real redis-server and a real mariadbd with certificates of a private authority. The Kafka stand-in knows neither TLS nor SASL: of that
/// client the settings are checked, and that librdkafka takes them.
/// </summary>
public sealed class EncryptedServersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Certificates _certificates;

    public EncryptedServersTests() => _certificates = new Certificates(_directory.Combine("certificates"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Redis_IsTalkedToInSecret_AndOnlyTheRightServerWithTheRightPassword()
    {
        int port = FreePorts.Next();
        await using RedisServer server = new(new()
        {
            Directory = _directory.Combine("redis"),
            Arguments =
            [
                "--tls-port", $"{port}", "--tls-cert-file", _certificates.Server, "--tls-key-file", _certificates.Key, "--tls-ca-cert-file", _certificates.Authority, "--tls-auth-clients", "no",
                "--requirepass", "open sesame",
            ],
        });
        await server.StartAsync(Stop);
        string good = $"127.0.0.1:{port},password=open sesame,ssl=true,sslCa={_certificates.Authority}";

        using (RedisConnection redis = new(good, "tls-test"))
        {
            await Eventually.TrueAsync(() => redis.IsConnected);
            (await redis.RunAsync(db => db.StringSetAsync("k", "v"))).ShouldBeTrue();
        }

        // Pub/sub has a connection of its own.
        using (ConnectionMultiplexer listener = RedisConnection.OpenMultiplexer(good, "tls-test", ordered: true))
        {
            await Eventually.TrueAsync(() => listener.IsConnected);
        }

        Certificates others = new(_directory.Combine("others"));
        await RefusedAsync(good.Replace(_certificates.Authority, others.Authority, StringComparison.Ordinal), "an authority that did not sign it");
        await RefusedAsync($"127.0.0.1:{port},password=open sesame,ssl=true", "an authority that the machine does not know");
        await RefusedAsync($"{good},sslHost=redis.example", "another server's name");
        await RefusedAsync(good.Replace("open sesame", "close sesame", StringComparison.Ordinal), "a wrong password");
        Should.Throw<InvalidOperationException>(() => new RedisConnection($"127.0.0.1:{port},sslCa={_certificates.Authority}", "tls-test")).Message.ShouldContain("ssl=true");
        Should.Throw<InvalidOperationException>(() => new RedisConnection($"127.0.0.1:{port},ssl=true,sslCa=/no/such/file", "tls-test")).Message.ShouldContain("/no/such/file");
    }

    [Fact]
    public async Task MySql_IsTalkedToInSecret_AndOnlyTheRightServer()
    {
        await using MariaDbServer server = new(new()
        {
            Directory = _directory.Combine("mariadb"),
            TemplateDirectory = await MigratedTemplate.DirectoryAsync(),
            Arguments = [$"--ssl-ca={_certificates.Authority}", $"--ssl-cert={_certificates.Server}", $"--ssl-key={_certificates.Key}"],
        });
        await server.StartAsync(Stop);
        Certificates others = new(_directory.Combine("others"));

        await using (DbConnection connection = await new SeckillDatabase(Connect(server, MySqlSslMode.Required)).OpenAsync(Stop))
        {
            (await connection.QuerySingleAsync<(string Name, string Cipher)>("SHOW STATUS LIKE 'Ssl_cipher'")).Cipher.ShouldNotBeNullOrEmpty();
        }

        // An authority that this machine does not know; then a process that is told of one, as docs/security.md says.
        await Should.ThrowAsync<Exception>(() => new SeckillDatabase(Connect(server, MySqlSslMode.VerifyFull)).OpenAsync(Stop));
        await Should.ThrowAsync<Exception>(() => new SeckillDatabase(Connect(server, MySqlSslMode.VerifyCA)).OpenAsync(Stop));
        string connectionString = Connect(server, MySqlSslMode.VerifyFull).Value.MySql;
        // A busy machine may let a handshake run into its limit, which is told as a server that does not answer.
        await Eventually.TrueAsync(async () => await ListDeadLettersAsync(connectionString, _certificates.Authority) == 0);
        (await ListDeadLettersAsync(connectionString, others.Authority)).ShouldNotBe(0);
        Should.Throw<InvalidOperationException>(() => new SeckillDatabase(Options.Create(new Connections { MySql = $"{connectionString};SslCa={_certificates.Authority}" }))).Message.ShouldContain("SSL_CERT_FILE");
    }

    [Fact]
    public void Kafka_TakesTheSettings_AndRefusesWhatDoesNotHangTogether()
    {
        KafkaSecurityOptions all = Bind(
            ("Protocol", "SaslSsl"), ("Mechanism", "ScramSha256"), ("Username", "seckill"), ("Password", "open sesame"), ("CaFile", _certificates.Authority),
            ("CertificateFile", _certificates.Server), ("KeyFile", _certificates.Key));
        ProducerConfig config = all.ApplyTo(KafkaProfiles.Producer(KafkaProfile.Reliable, "127.0.0.1:1", "test"));
        (config.SecurityProtocol, config.SaslMechanism, config.SaslUsername, config.SaslPassword).ShouldBe((SecurityProtocol.SaslSsl, SaslMechanism.ScramSha256, "seckill", "open sesame"));
        (config.SslCaLocation, config.SslCertificateLocation, config.SslKeyLocation).ShouldBe((_certificates.Authority, _certificates.Server, _certificates.Key));
        config.SslEndpointIdentificationAlgorithm.ShouldBe(SslEndpointIdentificationAlgorithm.Https);
        all.ToString().ShouldNotContain("sesame");
        LibrdkafkaLoader.Register();
        using (new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build())
        {
            // librdkafka reads authorities, certificate and key when a client is made.
        }

        File.WriteAllText(_directory.Combine("junk.pem"), "no certificate");
        Should.Throw<Exception>(() => new ProducerBuilder<byte[], byte[]>(
            Bind(("Protocol", "Ssl"), ("CaFile", _directory.Combine("junk.pem"))).ApplyTo(KafkaProfiles.Producer(KafkaProfile.Reliable, "127.0.0.1:1", "test"))).SetLogHandler((_, _) => { }).Build());

        Bind().Protocol.ShouldBe(SecurityProtocol.Plaintext);
        Faults(("Protocol", "SaslSsl"), ("Username", "seckill")).ShouldContain("Password");
        Faults(("Protocol", "SaslSsl"), ("Mechanism", "Gssapi"), ("Username", "u"), ("Password", "p")).ShouldContain("Gssapi");
        Faults(("Protocol", "Ssl"), ("Password", "p")).ShouldContain("shows none");
        Faults(("CaFile", _certificates.Authority)).ShouldContain("nothing would be encrypted");
        Faults(("Protocol", "Ssl"), ("CertificateFile", _certificates.Server)).ShouldContain("belong together");
        Faults(("Protocol", "Ssl"), ("CaFile", "/no/such/file")).ShouldContain("/no/such/file");
        Should.Throw<InvalidOperationException>(() => Bind(("Protocoll", "Ssl"))).Message.ShouldContain("Protocoll");
    }

    private static async Task RefusedAsync(string connection, string why)
    {
        using RedisConnection redis = new(connection, "tls-test");
        redis.IsConnected.ShouldBeFalse(why);
        await Should.ThrowAsync<Exception>(() => redis.RunAsync(db => db.StringGetAsync("k")), why);
    }

    private static IOptions<Connections> Connect(MariaDbServer server, MySqlSslMode mode) => Options.Create(new Connections
    {
        MySql = new MySqlConnectionStringBuilder(server.ConnectionString) { SslMode = mode, Pooling = false }.ConnectionString,
        Redis = "-",
        Kafka = "-",
    });

    /// <summary>A process of its own, since each reads its authorities once: <c>./seckill dlq list</c>.</summary>
    /// <returns>Its exit code: 0 when MySQL has answered.</returns>
    private async Task<int> ListDeadLettersAsync(string connectionString, string authority)
    {
        ProcessStartInfo start = new("dotnet", [Repository.Program("Seckill.Ops"), "dlq", "list", "--json", "--data", _directory.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        (start.Environment["SSL_CERT_FILE"], start.Environment["SECKILL__MYSQL"], start.Environment["SECKILL__REDIS"], start.Environment["SECKILL__KAFKA"]) = (authority, connectionString, "127.0.0.1:1", "127.0.0.1:1");
        using Process ops = Process.Start(start)!;
        await Task.WhenAll(ops.StandardOutput.ReadToEndAsync(Stop), ops.StandardError.ReadToEndAsync(Stop), ops.WaitForExitAsync(Stop));
        return ops.ExitCode;
    }

    private static string Faults(params (string Key, string Value)[] settings) => Should.Throw<OptionsValidationException>(() => Bind(settings)).Message;

    private static KafkaSecurityOptions Bind(params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{KafkaSecurityOptions.Section}:{setting.Key}", (string?)setting.Value))).Build();
        using ServiceProvider provider = new ServiceCollection().AddMessaging(configuration).BuildServiceProvider();
        return provider.GetRequiredService<IOptions<KafkaSecurityOptions>>().Value;
    }
}
