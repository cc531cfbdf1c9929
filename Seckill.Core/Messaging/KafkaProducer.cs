using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>The process's one producer: sends batches until Kafka has acknowledged every message of them, and rebuilds itself when the client has failed for good.</summary>
/// <remarks>
/// Thread-safe. Back-pressure: when the client's queue is full the caller waits. A message whose fate is unknown is sent again, so consumers see
/// duplicates and must not mind. Nothing is dropped: who calls keeps its own record (the outbox entry, the consumed offset) until the call returns.
/// </remarks>
public sealed class KafkaProducer(KafkaClients clients, TimeProvider time, ILogger<KafkaProducer> log) : IDisposable
{
    private static readonly TimeSpan FullQueuePause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    // A report later than this cannot come: the profile's message timeout has passed twice.
    private static readonly TimeSpan ReportDeadline = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan RememberTrouble = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Generation? _current;
    private bool _disposed;
    private Tuple<string, long>? _trouble;

    /// <summary>Why the batch that ended last does not stand, or is not known to; null when it does, or when the last one ended more than a minute ago: that says nothing about Kafka now.</summary>
    public string? Trouble => Volatile.Read(ref _trouble) is var (text, since) && time.GetElapsedTime(since) < RememberTrouble ? text : null;

    /// <summary>Produces all records and waits for every delivery report; failed ones are produced again, with growing pauses, until all stand.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>; some of the records may stand in Kafka.</exception>
    public async Task ProduceAsync(IReadOnlyList<KafkaRecord> records, CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        for (IReadOnlyList<KafkaRecord> left = records; left.Count > 0;)
        {
            left = await TryProduceAsync(left, stop);
            if (left.Count > 0)
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, stop);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Produces all records once and waits for their delivery reports, no longer than a limit: for a caller who can say "not known" and whose own caller asks again.</summary>
    /// <param name="records">The records.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>For each record whether Kafka has acknowledged it. One that it has not may have been written, and may yet be.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>; some of the records may stand in Kafka.</exception>
    public async Task<bool[]> ProduceWithinAsync(IReadOnlyList<KafkaRecord> records, TimeSpan limit, CancellationToken stop)
    {
        Generation generation = Current();
        Delivery delivery = new(records.Count);
        using CancellationTokenSource limited = new(limit, time);
        using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(stop, generation.Dead, limited.Token);
        try
        {
            for (int i = 0; i < records.Count; i++)
            {
                await EnqueueAsync(generation, records[i], delivery, i, any.Token);
            }

            await delivery.Completed.WaitAsync(any.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The caller is told what stands by now.
        }

        bool[] stand = [.. Enumerable.Range(0, records.Count).Select(delivery.Stands)];
        int acknowledged = stand.Count(one => one);
        Note(acknowledged == stand.Length, delivery);
        MessagingMetrics.Produced.Add(acknowledged);
        MessagingMetrics.ProduceFailures.Add(records.Count - acknowledged);
        return stand;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Generation? last;
        lock (_gate)
        {
            _disposed = true;
            last = _current;
            _current = null;
        }

        last?.Dispose();
    }

    /// <returns>The records that are not known to stand.</returns>
    private async Task<IReadOnlyList<KafkaRecord>> TryProduceAsync(IReadOnlyList<KafkaRecord> records, CancellationToken stop)
    {
        Generation generation = Current();
        Delivery delivery = new(records.Count);
        for (int i = 0; i < records.Count; i++)
        {
            await EnqueueAsync(generation, records[i], delivery, i, stop);
        }

        try
        {
            // A retired generation sends no more reports, so its death ends the wait as well.
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(stop, generation.Dead);
            await delivery.Completed.WaitAsync(ReportDeadline, time, both.Token);
        }
        catch (Exception fault) when (fault is TimeoutException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            log.DeliveryUnknown(fault);
        }

        List<KafkaRecord> left = [.. records.Where((_, i) => !delivery.Stands(i))];
        Note(left.Count == 0, delivery);
        MessagingMetrics.Produced.Add(records.Count - left.Count);
        if (left.Count > 0)
        {
            MessagingMetrics.ProduceFailures.Add(left.Count);
            log.NotDelivered(left.Count, records.Count, delivery.LastError);
        }

        return left;
    }

    private void Note(bool allStand, Delivery delivery) => Volatile.Write(ref _trouble, allStand ? null : Tuple.Create(delivery.LastError ?? "no report in time", time.GetTimestamp()));

    private async Task EnqueueAsync(Generation generation, KafkaRecord record, Delivery delivery, int index, CancellationToken stop)
    {
        Message<byte[]?, byte[]> message = new() { Key = record.Key, Value = record.Value, Headers = MessageHeaders.Of(record.Headers) };
        while (true)
        {
            try
            {
                generation.Producer.Produce(record.Topic, message, report => delivery.Report(index, report.Error));
                return;
            }
            catch (ProduceException<byte[]?, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(FullQueuePause, time, stop);
            }
            catch (KafkaException refused)
            {
                delivery.Report(index, refused.Error);
                if (refused.Error.IsFatal)
                {
                    Replace(generation, refused.Error);
                }

                return;
            }
            catch (ObjectDisposedException)
            {
                // Another caller met the fatal error first and replaced this generation.
                delivery.Report(index, new Error(ErrorCode.Local_Fatal));
                return;
            }
        }
    }

    private Generation Current()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _current ??= Build();
        }
    }

    private Generation Build()
    {
        Generation generation = new();
        generation.Producer = clients.BuildProducer("seckill-producer", error => Replace(generation, error));
        return generation;
    }

    /// <remarks>A fatal error (a fenced or out-of-sequence producer) never heals: only a new producer, with a new producer id, can send. What the old one held is sent again by whoever waits for it.</remarks>
    private void Replace(Generation broken, Error error)
    {
        if (Planted.F12)
        {
            return;
        }

        lock (_gate)
        {
            if (_current != broken)
            {
                return;
            }

            _current = null;
        }

        log.ProducerRebuilt(error.Code, error.Reason);
        MessagingMetrics.ProducerRebuilds.Add(1);
        // Not on this thread: it may be the producer's own poll thread, which Dispose waits for.
        ThreadPool.UnsafeQueueUserWorkItem(static old => old.Dispose(), broken, preferLocal: false);
    }

    private sealed class Generation : IDisposable
    {
        private readonly CancellationTokenSource _dead = new();

        public IProducer<byte[]?, byte[]> Producer { get; set; } = null!;

        // Kept apart from its source, whose Token throws once disposed.
        public CancellationToken Dead { get; }

        public Generation() => Dead = _dead.Token;

        /// <summary>Ends every wait for this producer's reports, then the producer.</summary>
        public void Dispose()
        {
            _dead.Cancel();
            Producer.Dispose();
            _dead.Dispose();
        }
    }
}
