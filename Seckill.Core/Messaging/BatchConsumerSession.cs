using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>One consumer's life inside <see cref="BatchConsumer"/>: from joining the group to leaving it. Everything but the handler runs in one loop.</summary>
internal sealed class BatchConsumerSession : IAsyncDisposable
{
    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly string _group;
    private readonly BatchHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly BatchReader _reader;

    public BatchConsumerSession(KafkaClients clients, string group, KafkaTopic topic, int maxBatch, BatchHandler handler, TimeProvider time, ILogger log)
    {
        (_group, _handler, _time, _log) = (group, handler, time, log);
        _reader = new BatchReader(clients, group, group, topic, maxBatch, (how, partitions) => _log.BatchPartitionsMoved(_group, how, partitions), time, isPatient: true);
    }

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    /// <exception cref="KafkaException">The client failed: start another.</exception>
    /// <exception cref="OperationCanceledException">Stopped while a batch was in hand.</exception>
    public async Task RunAsync(TimeSpan drainTime, CancellationToken stop)
    {
        using CancellationTokenSource drain = new();
        using CancellationTokenRegistration registration = stop.Register(() => drain.CancelAfter(drainTime));
        while (!stop.IsCancellationRequested)
        {
            List<ConsumedMessage> batch = _reader.Collect();
            if (batch.Count == 0)
            {
                await Task.Delay(IdlePause, _time, CancellationToken.None);
                continue;
            }

            Task work = HandleAsync([.. batch.Select(message => message.Consumed)], drain.Token);
            try
            {
                await _reader.PollUntilDoneAsync(work);
            }
            finally
            {
                // A client that failed leaves the handler under way: it must not outlive its consumer.
                if (!work.IsCompleted)
                {
                    await drain.CancelAsync();
                    await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            await work;
            _reader.Store(batch);
        }
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private async Task HandleAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop)
    {
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await _handler(batch, stop);
                return;
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                _log.BatchNotHandled(batch.Count, _group, fault);
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _time, stop);
            }
        }
    }
}
