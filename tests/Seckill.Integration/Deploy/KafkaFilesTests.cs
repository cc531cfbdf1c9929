using System.Globalization;
using Confluent.Kafka;
using Seckill.Core.Messaging;
using Seckill.Local;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>The brokers' settings and the script that makes the topics, against what the engine's clients need. A broker is not here: the script runs for real, with recorders in the place of Kafka's tools.</summary>
public sealed class KafkaFilesTests
{
    private static readonly Dictionary<string, string> Broker = File.ReadLines(DeployFolder.PathOf("kafka", "server.properties"))
        .Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    [Fact]
    public async Task TheScript_MakesExactlyTheEnginesTopics_AsTheyMustBe()
    {
        using TemporaryDirectory directory = new();
        foreach (string tool in new[] { "kafka-topics.sh", "kafka-configs.sh" })
        {
            string file = directory.Combine(tool);
            await File.WriteAllTextAsync(file, $"#!/bin/bash\necho \"{tool} $*\" >> '{directory.Combine("calls")}'\n", TestContext.Current.CancellationToken);
#pragma warning disable CA1416 // Containers are deployed from Linux.
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        }

        using ChildProcess script = await ChildProcess.StartAsync(["bash", DeployFolder.PathOf("kafka", "create-topics.sh")], directory.Path, directory.Combine("log"), new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP"] = "kafka-1:9092",
            ["KAFKA_BIN"] = directory.Path,
        });
        (await script.WaitForExitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        script.ExitCode.ShouldBe(0, LogTail.Read(directory.Combine("log")));

        string[] calls = await File.ReadAllLinesAsync(directory.Combine("calls"), TestContext.Current.CancellationToken);
        calls.ShouldBe(
            KafkaTopics.All.SelectMany(topic => (string[])[
                $"kafka-topics.sh --bootstrap-server kafka-1:9092 --create --if-not-exists --topic {topic.Name} --partitions {topic.Partitions} --replication-factor {topic.ReplicationFactor} "
                    + $"--config={string.Join(" --config=", Settings(topic))}",
                $"kafka-configs.sh --bootstrap-server kafka-1:9092 --alter --entity-type topics --entity-name {topic.Name} --add-config {string.Join(',', Settings(topic))}"]),
            ignoreOrder: true);

        static string[] Settings(KafkaTopic topic) =>
            [$"cleanup.policy={topic.CleanupPolicy}", $"min.insync.replicas={topic.MinInSyncReplicas}", $"retention.ms={topic.Retention.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}"];
    }

    [Theory]
    [InlineData(KafkaProfile.Reliable)]
    [InlineData(KafkaProfile.HighThroughput)]
    [InlineData(KafkaProfile.LowLatency)]
    public void TheBrokers_AllowWhatTheClientsAskFor(KafkaProfile profile)
    {
        ConsumerConfig consumer = KafkaProfiles.Consumer(profile, "kafka-1:9092", "test", "test");
        ProducerConfig producer = KafkaProfiles.Producer(profile, "kafka-1:9092", "test");

        int.Parse(Broker["group.min.session.timeout.ms"]).ShouldBeLessThanOrEqualTo(consumer.SessionTimeoutMs!.Value);
        int.Parse(Broker["replica.lag.time.max.ms"]).ShouldBeLessThan(producer.MessageTimeoutMs!.Value);
        Broker["auto.create.topics.enable"].ShouldBe("false");
        KafkaTopics.All.ShouldAllBe(topic => topic.ReplicationFactor == int.Parse(Broker["default.replication.factor"]) && topic.MinInSyncReplicas == int.Parse(Broker["min.insync.replicas"]));
    }

    [Fact]
    public void EveryLine_IsExplained() => Explanations.Missing(DeployFolder.PathOf("kafka", "server.properties"), comment: "#").ShouldBeEmpty();

    [Fact]
    public void TheCluster_IsTheOneThatComposeStartsAndTheHostsAreTold()
    {
        ComposeFile compose = ComposeFile.Read();
        string[] brokers = [.. compose.Services.Where(service => service.Value.At("environment", "KAFKA_NODE_ID") is not null).Select(service => service.Key)];
        brokers.Length.ShouldBe(KafkaTopics.Reservations.ReplicationFactor);
        Broker["controller.quorum.voters"].ShouldBe(string.Join(',', brokers.Select(name => $"{compose.Services[name].Text("environment", "KAFKA_NODE_ID")}@{name}:9093")));
        foreach (string name in brokers)
        {
            compose.Services[name].Text("environment", "KAFKA_ADVERTISED_LISTENERS").ShouldBe($"BROKER://{name}:9092");
            compose.Services[name].Items("volumes").Cast<string>().ShouldContain($"{name}:{Broker["log.dirs"]}");
        }

        string bootstrap = string.Join(',', brokers.Select(name => $"{name}:9092"));
        compose.Services["topics"].Text("environment", "KAFKA_BOOTSTRAP").ShouldBe(bootstrap);
        compose.Hosts.ShouldAllBe(host => compose.Services[host].Text("environment", "SECKILL__KAFKA") == bootstrap);
    }
}
