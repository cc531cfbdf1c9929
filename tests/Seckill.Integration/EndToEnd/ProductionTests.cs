using System.Diagnostics;
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

    [Fact]
    public async Task InProduction_EachLogLineIsOneJsonObject_WithItsTrace_AndNoneHoldsASecret()
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryDirectory directory = new();
        await using ServiceProcess api = Api(directory, ("ASPNETCORE_ENVIRONMENT", "Production"), ("Logging__LogLevel__Default", "Debug"), ("Logging__LogLevel__Microsoft.AspNetCore.Routing", "Debug"));
        await api.StartAsync(deadline.Token);
        using StackClient client = new(api.Url.ToString());
        ActivityTraceId trace = ActivityTraceId.CreateRandom();
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/orders");
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using HttpResponseMessage answer = await client.SendAsync(request, await Client.TokenAsync("reader"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await api.StopAsync();

        string[] lines = await File.ReadAllLinesAsync(api.LogFile, deadline.Token);
        string[] events = [.. lines.Where(line => line.StartsWith('{'))];
        events.ShouldNotBeEmpty();
        lines.Except(events).Where(line => line.Contains("Seckill.", StringComparison.Ordinal)).ShouldBeEmpty();
        foreach (string line in events)
        {
            using JsonDocument one = JsonDocument.Parse(line);
            one.RootElement.GetProperty("EventId").ValueKind.ShouldBe(JsonValueKind.Number);
            one.RootElement.GetProperty("Timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
            one.RootElement.GetProperty("Category").GetString().ShouldNotBeNullOrEmpty();
        }

        events.ShouldContain(line => line.Contains($"\"TraceId\":\"{trace}\"", StringComparison.Ordinal) && line.Contains("\"SpanId\":", StringComparison.Ordinal));
        string[] secrets = [.. Stack.ServiceEnvironment.Where(pair => pair.Key.Contains("Secret", StringComparison.Ordinal) || pair.Key.Contains("GrabTokens__Keys", StringComparison.Ordinal)).Select(pair => pair.Value)];
        secrets.Length.ShouldBeGreaterThanOrEqualTo(3);
        lines.ShouldNotContain(line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Seckill__Telemetry__Endpoint", "collector", "Endpoint")]
    [InlineData("Seckill__Telemetry__SamplingRatio", "1.5", "SamplingRatio")]
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

    private ServiceProcess Api(TemporaryDirectory directory, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string> environment = new(Stack.ServiceEnvironment);
        Array.ForEach(settings, setting => environment[setting.Name] = setting.Value);
        return new ServiceProcess(new() { Name = "api", Project = "Seckill.Api", Directory = directory.Path, Environment = environment });
    }
}
