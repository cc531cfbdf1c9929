using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;

namespace Seckill.Core.DeadLetters;

/// <summary>Brings dead letters and unroutable messages from Kafka into MySQL, where operators see and decide them: Kafka forgets after its retention, and nobody can mark a message in it.</summary>
/// <remarks>Offsets are stored after the commit; a message that comes twice is one letter. Rebalances hurt nobody here, so it has no care for tenancies.</remarks>
public sealed class DeadLetterProjection(
    KafkaClients clients, DeadLetterStore store, MySqlCircuit circuit, SchemaGate schema, TimeProvider time, ILogger<DeadLetterProjection> log) : BackgroundService
{
    /// <summary>The consumer group.</summary>
    public const string Group = "seckill.dead-letters";

    private const int MaxBatch = 100;

    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            while (true)
            {
                try
                {
                    await ProjectAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    log.ProjectionFaulted(fault);
                    await Task.Delay(FaultPause, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not committed is delivered again.
        }
    }

    private async Task ProjectAsync(CancellationToken stop)
    {
        await using GroupConsumer member = clients.Join(Group, Group, [KafkaTopics.DeadLetters.Name, KafkaTopics.Unroutable.Name], isPatient: true);
        List<ConsumeResult<byte[]?, byte[]>> batch = [];
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            while (batch.Count < MaxBatch && member.Client.Consume(TimeSpan.Zero) is { } consumed)
            {
                batch.Add(consumed);
            }

            if (batch.Count == 0)
            {
                await Task.Delay(IdlePause, time, stop);
                continue;
            }

            DateTimeOffset now = time.GetUtcNow();
            int added = await circuit.RunAsync(() => store.AddAsync([.. batch.Select(message => DeadLetterReader.Read(message, now))], stop), stop);
            if (added > 0)
            {
                log.LettersStored(added);
            }

            foreach (ConsumeResult<byte[]?, byte[]> message in batch)
            {
                member.Client.StoreOffset(message);
            }

            batch.Clear();
        }
    }
}
