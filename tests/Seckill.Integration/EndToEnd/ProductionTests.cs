using System.Net;
using System.Text.Json;
using Seckill.Local;
using Seckill.Local.Servers;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>What a node outside Development must not do.</summary>
public sealed class ProductionTests(StackFixture fixture) : EndToEndTest(fixture)
{
    [Fact]
    public async Task InProduction_NoTokensAreHandedOut_AndDevelopmentIsNotClaimed()
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryDirectory directory = new();
        await using ServiceProcess api = Api(directory, ("ASPNETCORE_ENVIRONMENT", "Production"));
        await api.StartAsync(deadline.Token);
        using StackClient client = new(api.Url.ToString());

        using HttpResponseMessage tokens = await client.PostRawAsync("/api/v1/dev/tokens", """{"userId":"mallory","role":"admin"}""", token: null);
        (_, JsonDocument config) = await client.GetAsync("/config.json");

        tokens.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        config.RootElement.GetProperty("development").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("Seckill__Auth__Keys__0__Secret", "short", "fewer than 32 bytes")]
    [InlineData("Seckill__Auth__Issuer", "", "Issuer")]
    [InlineData("SECKILL__REDIS", "", "Redis")]
    [InlineData("Seckill__Admission__UserLimt", "3", "UserLimt")]
    public async Task BadConfiguration_StopsTheNodeAtStart_AndIsNamed(string name, string value, string named)
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryDirectory directory = new();
        await using ServiceProcess api = Api(directory, (name, value));

        ServerFailedException failure = await Should.ThrowAsync<ServerFailedException>(() => api.StartAsync(deadline.Token));

        failure.Message.ShouldContain(named);
    }

    private ServiceProcess Api(TemporaryDirectory directory, (string Name, string Value) setting)
    {
        Dictionary<string, string> environment = new(Stack.ServiceEnvironment) { [setting.Name] = setting.Value };
        return new ServiceProcess(new() { Name = "api", Project = "Seckill.Api", Directory = directory.Path, Environment = environment });
    }
}
