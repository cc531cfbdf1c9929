using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Identity;
using Seckill.Hosting;
using Seckill.Local;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>Where a host takes its secrets from, and which it does not take. Nothing is started.</summary>
public sealed class SecretSourcesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task FilesOfTheDirectory_AreSettings_AndWinOverTheEnvironment()
    {
        string secret = StackEnvironment.NewSecret();
        File.WriteAllText(_directory.Combine("SECKILL__REDIS"), "from-a-file:6379,password=p\n");
        File.WriteAllText(_directory.Combine("Seckill__Auth__Keys__0__Secret"), secret + "\n");
        WebApplicationBuilder builder = Builder("Production", ("Seckill:SecretsDirectory", _directory.Path), ("Seckill:Redis", "from-the-environment"), ("Seckill:Kafka", "k"), ("Seckill:MySql", "m"), ("Seckill:Auth:Issuer", "i"), ("Seckill:Auth:Audience", "a"), ("Seckill:Auth:Keys:0:Id", "k"),
            ("Seckill:Auth:Keys:0:Secret", "change-me, says the example that somebody copied"));
        builder.AddSeckillHost("test-host");
        builder.Services.AddIdentity(builder.Configuration);
        await using ServiceProvider services = builder.Services.BuildServiceProvider();

        services.GetRequiredService<IOptions<Connections>>().Value.Redis.ShouldBe("from-a-file:6379,password=p");
        services.GetRequiredService<IOptions<AuthOptions>>().Value.Keys.ShouldHaveSingleItem().Secret.ShouldBe(secret);
    }

    [Fact]
    public void ADirectoryThatIsNotThere_StopsTheHost() =>
        Should.Throw<InvalidOperationException>(() => Builder("Production", ("Seckill:SecretsDirectory", "/no/such/directory")).AddSeckillHost("test-host")).Message.ShouldContain("/no/such/directory");

    [Theory]
    [InlineData("Seckill:Auth:Keys:0:Secret", "ssssssssssssssssssssssssssssssss")]
    [InlineData("Seckill:Auth:Keys:1:Secret", "please-CHANGE-ME-0123456789abcdefghij")]
    [InlineData("Seckill:PaymentCallbacks:Keys:0:Secret", "12341234123412341234123412341234")]
    [InlineData("Seckill:GrabTokens:Keys:0", "development-key-0123456789-abcdefghij")]
    [InlineData("Seckill:Receipts:Keys:2", "your-secret-goes-here-0123456789-abcd")]
    public void ASecretThatCouldBeGuessed_IsRefusedOutsideDevelopment_AndNotRepeated(string setting, string secret)
    {
        string message = Should.Throw<InvalidOperationException>(() => Builder("Production", (setting, secret)).AddSeckillHost("test-host")).Message;

        message.ShouldContain(setting);
        message.ShouldNotContain(secret);
        Should.NotThrow(() => Builder("Development", (setting, secret)).AddSeckillHost("test-host"));
        Should.NotThrow(() => Builder("Production", (setting, StackEnvironment.NewSecret())).AddSeckillHost("test-host"));
    }

    private static WebApplicationBuilder Builder(string environment, params (string Key, string Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        return builder;
    }
}
