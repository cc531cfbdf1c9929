using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Local;
using Seckill.Local.Servers;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary><c>/dev/faults</c> of a running process, and what Production makes of it.</summary>
public sealed class FaultPointTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "faulty";
    private const string Point = "/dev/faults/AfterReserveBeforeAnswer";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task ArmedKill_TheProcessDiesThere_AndTheUnitIsTheBuyers()
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, 2);
        string alice = await Client.TokenAsync("alice");
        (await PutAsync(Stack.Api, Point, new { action = "kill", skip = 1 })).ShouldBe(HttpStatusCode.NoContent);

        (await Client.GrabAsync(sale, Sku, "bob", await Client.TokenAsync("bob"))).Won.ShouldBeTrue("one pass goes by");
        (await Client.GrabAsync(sale, Sku, "alice", alice)).Status.ShouldBeNull("it died before it answered");
        (await Seckill.Local.Processes.Deadline.PollAsync(TimeSpan.FromSeconds(30), _ => Task.FromResult(!Stack.Api.IsRunning), deadline.Token)).ShouldBeTrue();
        await Stack.Api.StartAsync(deadline.Token);

        GrabAnswer again = await Client.GrabUntilKnownAsync(sale, Sku, "alice", alice, deadline.Token);
        again.OrderId.ShouldNotBeNull();
        again.Type.ShouldBe("already-grabbed");
        (await FiredAsync()).ShouldBe(0, "a new process has nothing armed");
    }

    [Fact]
    public async Task ArmedDelay_IsCounted_UntilDisarmed()
    {
        string sale = await Client.CreateSaleAsync(Sku, 10);
        long before = await FiredAsync();
        await PutAsync(Stack.Api, Point, new { action = "delay", delayMs = 1, times = 0 });

        await Client.GrabAsync(sale, Sku, "carol", await Client.TokenAsync("carol"));
        long armed = await FiredAsync();
        using (HttpResponseMessage disarmed = await _http.DeleteAsync(new Uri(Stack.Api.Url, Point), TestContext.Current.CancellationToken))
        {
            disarmed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await Client.GrabAsync(sale, Sku, "dave", await Client.TokenAsync("dave"));

        armed.ShouldBe(before + 1);
        (await FiredAsync()).ShouldBe(armed);
    }

    [Fact]
    public async Task WrongOrders_AreRefused()
    {
        (await PutAsync(Stack.Api, "/dev/faults/Nowhere", new { action = "kill" })).ShouldBe(HttpStatusCode.NotFound);
        (await PutAsync(Stack.Api, Point, new { action = "explode" })).ShouldBe(HttpStatusCode.BadRequest);
        (await PutAsync(Stack.Api, Point, new { action = "kill", skip = -1 })).ShouldBe(HttpStatusCode.BadRequest);
        (await PutAsync(Stack.Api, Point, new { action = "kill", every = 0 })).ShouldBe(HttpStatusCode.BadRequest);
        (await PutAsync(Stack.Api, Point, new { action = "delay", delayMs = 600_001 })).ShouldBe(HttpStatusCode.BadRequest);
        Stack.Api.IsRunning.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Seckill.Api")]
    [InlineData("Push.Hub")]
    [InlineData("Seckill.Worker")]
    public async Task InProduction_NothingCanBeArmed(string project)
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryDirectory directory = new();
        await using ServiceProcess service = Service(project, directory, ("ASPNETCORE_ENVIRONMENT", "Production"));
        await service.StartAsync(deadline.Token);

        (await PutAsync(service, Point, new { action = "kill" })).ShouldBe(HttpStatusCode.NotFound);
        using HttpResponseMessage list = await _http.GetAsync(new Uri(service.Url, "/dev/faults"), deadline.Token);
        list.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Seckill.Api")]
    [InlineData("Push.Hub")]
    [InlineData("Seckill.Worker")]
    public async Task InProduction_APlantedBugStopsTheHostAtStart(string project)
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryDirectory directory = new();
        await using ServiceProcess service = Service(project, directory, ("ASPNETCORE_ENVIRONMENT", "Production"), ("SECKILL__PLANT", "F1"));

        ServerFailedException failure = await Should.ThrowAsync<ServerFailedException>(() => service.StartAsync(deadline.Token));

        failure.Message.ShouldContain("SECKILL__PLANT");
    }

    private async Task<HttpStatusCode> PutAsync(ServiceProcess service, string path, object order)
    {
        using HttpResponseMessage answer = await _http.PutAsJsonAsync(new Uri(service.Url, path), order, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<long> FiredAsync() =>
        (await _http.GetFromJsonAsync<JsonElement>(new Uri(Stack.Api.Url, "/dev/faults"), TestContext.Current.CancellationToken)).GetProperty("AfterReserveBeforeAnswer").GetInt64();

    private ServiceProcess Service(string project, TemporaryDirectory directory, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string> environment = new(Stack.ServiceEnvironment);
        foreach ((string name, string value) in settings)
        {
            environment[name] = value;
        }

        return new ServiceProcess(new() { Name = project, Project = project, Directory = directory.Path, Environment = environment });
    }
}
