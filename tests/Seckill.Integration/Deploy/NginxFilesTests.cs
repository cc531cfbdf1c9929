using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Seckill.Local;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>nginx itself reads our files and finds no fault.</summary>
public sealed class NginxFilesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheFiles_AreWhatNginxTakes(bool encrypted)
    {
        using TemporaryDirectory directory = new();
        NginxServer nginx = new(directory.Path, new Dictionary<string, int>());
        nginx.WriteConfiguration();
        if (encrypted)
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 certificate = new CertificateRequest("CN=shop.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            await File.WriteAllTextAsync(directory.Combine("tls.crt"), certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(directory.Combine("tls.key"), key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
            string example = DeployFolder.Read("nginx", "tls.conf.example").Replace("/etc/nginx/tls/", directory.Path + "/", StringComparison.Ordinal);
            await File.WriteAllTextAsync(directory.Combine("tls.conf"), example, TestContext.Current.CancellationToken);
        }

        using ChildProcess check = await ChildProcess.StartAsync([NginxServer.Program, "-t", "-e", "stderr", "-p", directory.Path, "-c", nginx.Configuration], directory.Path, directory.Combine("log"));
        (await check.WaitForExitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();

        string said = LogTail.Read(directory.Combine("log"));
        check.ExitCode.ShouldBe(0, said);
        said.ShouldNotContain("[emerg]");
    }

    [Theory]
    [InlineData("upstreams.conf")]
    [InlineData("tls.conf.example")]
    public void EveryBlock_IsExplained(string file) => Explanations.Missing(DeployFolder.PathOf("nginx", file), comment: "#").ShouldBeEmpty();
}
