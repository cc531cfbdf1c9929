using System.Diagnostics;
using System.Text.Json;
using MySql.Data.MySqlClient;
using Seckill.Integration.Orders;
using Seckill.Integration.Security;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Seckill.Ops.Backup;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary><c>backup</c>, <c>restore</c> and <c>doctor</c> against servers with certificates of a private authority: they reach them as hosts do, and nobody who only pretends to be them.</summary>
public sealed class EncryptedOpsTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Certificates _certificates;
    private readonly Certificates _others;
    private readonly RedisServer _redis;
    private readonly int _tlsPort = FreePorts.Next();
    private MariaDbServer _mariaDb = null!;

    public EncryptedOpsTests()
    {
        _certificates = new Certificates(_directory.Combine("certificates"));
        _others = new Certificates(_directory.Combine("others"));
        _redis = new RedisServer(new()
        {
            Directory = _directory.Combine("redis"),
            Arguments = ["--tls-port", $"{_tlsPort}", "--tls-cert-file", _certificates.Server, "--tls-key-file", _certificates.Key, "--tls-ca-cert-file", _certificates.Authority, "--tls-auth-clients", "no"],
        });
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mariaDb = new MariaDbServer(new()
        {
            Directory = _directory.Combine("mariadb"),
            TemplateDirectory = await MigratedTemplate.DirectoryAsync(),
            Arguments = [$"--ssl-ca={_certificates.Authority}", $"--ssl-cert={_certificates.Server}", $"--ssl-key={_certificates.Key}"],
        });
        await Task.WhenAll(_redis.StartAsync(Stop), _mariaDb.StartAsync(Stop));
    }

    public async ValueTask DisposeAsync()
    {
        await _mariaDb.DisposeAsync();
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task BackedUpAndRestored_WithTheRightAuthority_AndNotWithAnother()
    {
        await _redis.SendAsync("SET", "kept", "as it was");
        string mysql = MySql(MySqlSslMode.VerifyFull);

        OpsProcess taken = await RunAsync(_certificates, "backup", _directory.Combine("good"), "--redis", Redis(_certificates), "--mysql", mysql, "--max-pause", "25");
        (await taken.EndAsync()).ShouldBe(0, taken.Output);
        await _redis.SendAsync("SET", "kept", "otherwise");
        OpsProcess restored = await RunAsync(_certificates, "restore", _directory.Combine("good"), "--redis", Redis(_certificates), "--mysql", mysql, "--overwrite");
        (await restored.EndAsync()).ShouldBe(0, restored.Output);
        (await _redis.SendAsync("GET", "kept")).ShouldBe("as it was");

        OpsProcess redis = await RunAsync(_certificates, "backup", _directory.Combine("redis-wrong"), "--redis", Redis(_others), "--mysql", mysql);
        (await redis.EndAsync()).ShouldBe(2, redis.Output);
        redis.Output.ShouldContain("certificate");
        OpsProcess name = await RunAsync(_certificates, "backup", _directory.Combine("redis-wrong"), "--redis", $"{Redis(_certificates)},sslHost=redis.example", "--mysql", mysql);
        (await name.EndAsync()).ShouldBe(2, name.Output);
        OpsProcess wrong = await RunAsync(_others, "backup", _directory.Combine("mysql-wrong"), "--redis", Redis(_certificates), "--mysql", mysql);
        (await wrong.EndAsync()).ShouldBe(2, wrong.Output);
        Directory.EnumerateDirectories(_directory.Path, "*-wrong*").ShouldBeEmpty();

        foreach (OpsProcess process in (OpsProcess[])[taken, restored, redis, name, wrong])
        {
            process.Dispose();
        }
    }

    [Fact]
    public async Task Doctor_ReachesThem_AndSaysWhyNot()
    {
        using OpsProcess good = await RunAsync(_certificates, "doctor", "--redis", Redis(_certificates), "--mysql", MySql(MySqlSslMode.VerifyFull), "--json");
        await good.EndAsync();
        Answers(good, "redis").ShouldBe("ok", good.Output);
        Answers(good, "mysql").ShouldBe("ok", good.Output);

        using OpsProcess wrong = await RunAsync(_others, "doctor", "--redis", Redis(_others), "--mysql", MySql(MySqlSslMode.VerifyFull), "--json");
        (await wrong.EndAsync()).ShouldBe(1);
        Answers(wrong, "redis").ShouldBe("wrong", wrong.Output);
        Answers(wrong, "mysql").ShouldBe("wrong", wrong.Output);
    }

    [Theory]
    [InlineData("SslCa")]
    [InlineData("CA Certificate File")]
    public async Task AuthorityOfTheConnectionString_IsTheToolsOwn(string key)
    {
        (await AskAsync($"{MySql(MySqlSslMode.VerifyFull)};{key}={_certificates.Authority}")).ShouldStartWith("Ssl_cipher\tTLS");
        (await AskAsync($"{MySql(MySqlSslMode.VerifyFull)};{key}={_others.Authority}")).ShouldContain("certificate");
    }

    [Fact]
    public async Task ConnectionStringThatSaysNothingOfEncryption_IsEncryptedWhereTheServerCan_AsByADriver()
    {
        MySqlConnectionStringBuilder plain = new(_mariaDb.ConnectionString);
        plain.Remove("sslmode");
        (await AskAsync(plain.ConnectionString)).ShouldStartWith("Ssl_cipher\tTLS");
        (await AskAsync(MySql(MySqlSslMode.Disabled))).Trim().ShouldBe("Ssl_cipher");
    }

    private static string Answers(OpsProcess doctor, string area)
    {
        // The last thing that it prints.
        string text = doctor.Output;
        using JsonDocument json = JsonDocument.Parse(text[text.IndexOf('[', StringComparison.Ordinal)..]);
        return json.RootElement.EnumerateArray().Single(one => one.GetProperty("area").GetString() == area && one.GetProperty("check").GetString() == "answers").GetProperty("verdict").GetString()!;
    }

    private static async Task<string> AskAsync(string connectionString)
    {
        using MySqlAccess access = new(connectionString);
        using Process client = access.Start("mariadb", "--skip-column-names", "-e", "SHOW STATUS LIKE 'Ssl_cipher'");
        client.StandardInput.Close();
        string[] said = await Task.WhenAll(client.StandardOutput.ReadToEndAsync(Stop), client.StandardError.ReadToEndAsync(Stop));
        await client.WaitForExitAsync(Stop);
        return said[0] + said[1];
    }

    private Task<OpsProcess> RunAsync(Certificates known, params string[] arguments) =>
        OpsProcess.StartAsync(_directory.Path, arguments, new Dictionary<string, string> { ["SSL_CERT_FILE"] = known.Authority });

    private string Redis(Certificates known) => $"127.0.0.1:{_tlsPort},ssl=true,sslCa={known.Authority}";

    private string MySql(MySqlSslMode mode) => new MySqlConnectionStringBuilder(_mariaDb.ConnectionString) { SslMode = mode }.ConnectionString;
}
