using Confluent.Kafka;
using Seckill.Core.Messaging;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class ChildProcessTests
{
    /// <summary>librdkafka's sockets are inheritable: a child that held one would keep a connection open that the broker here has closed.</summary>
    [Fact]
    public async Task BrokersInThisProcess_AChildHoldsNoneOfTheirSockets()
    {
        LibrdkafkaLoader.Register();
        using TemporaryDirectory directory = new();
        using KafkaMockCluster kafka = new();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        admin.GetMetadata(TimeSpan.FromSeconds(30));

        using ChildProcess child = await ChildProcess.StartAsync(["sleep", "60"], directory.Path, directory.Combine("sleep.log"));

        await Eventually.TrueAsync(() => File.ReadAllText($"/proc/{child.Pid}/comm").Trim() == "sleep");
        Directory.GetFiles($"/proc/{child.Pid}/fd").Select(Path.GetFileName).Order().ShouldBe(["0", "1", "2"]);
        child.Send(Signals.Kill);
        (await child.WaitForExitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }
}
