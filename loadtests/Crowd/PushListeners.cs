using System.Collections.Concurrent;
using System.Text.Json;
using Seckill.Client.Push;
using Seckill.Core.Ids;

namespace Seckill.LoadTests.Crowd;

/// <summary>Real push clients for a part of the crowd: connected before T0, listening until the end. They resume by themselves when a connection is lost.</summary>
public sealed class PushListeners : IAsyncDisposable
{
    private const int ConnectConcurrency = 16;

    private readonly ConcurrentQueue<PushReceipt> _receipts = new();
    private readonly ConcurrentBag<(PushClient Client, Task Reading)> _clients = [];
    private readonly TimeProvider _time;
    private int _gaps;

    private PushListeners(TimeProvider time)
    {
        _time = time;
    }

    /// <summary>What was received, each message once.</summary>
    public IReadOnlyCollection<PushReceipt> Receipts => _receipts;

    /// <summary>Messages that came again and were dropped by sequence or id.</summary>
    public long Duplicates => _clients.Sum(one => one.Client.Duplicates);

    /// <summary>Times that a client was told it may have missed something.</summary>
    public int Gaps => Volatile.Read(ref _gaps);

    /// <summary>Connections that were made again.</summary>
    public int Reconnects => _clients.Sum(one => Math.Max(0, one.Client.Connects - 1));

    /// <summary>Connects the first <paramref name="count"/> users, a bounded number at a time, and waits until the hub has answered each.</summary>
    public static async Task<PushListeners> ConnectAsync(
        Uri hub, LoadUser[] users, int count, TimeProvider time, IProgress<int>? progress, CancellationToken stop)
    {
        PushListeners listeners = new(time);
        int done = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = ConnectConcurrency, CancellationToken = stop };
        await Parallel.ForAsync(0, count, options, async (index, cancel) =>
        {
            string token = users[index].Token;
            PushClient client = new(new PushClientOptions { Hub = hub, AccessToken = _ => ValueTask.FromResult(token), Time = time });
            listeners._clients.Add((client, listeners.ReadAsync(client, index)));
            await client.StartAsync(cancel).WaitAsync(TimeSpan.FromSeconds(30), time, cancel);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return listeners;
    }

    public async ValueTask DisposeAsync()
    {
        await Parallel.ForEachAsync(_clients, async (one, _) => await one.Client.DisposeAsync());
        await Task.WhenAll(_clients.Select(one => one.Reading));
    }

    private async Task ReadAsync(PushClient client, int user)
    {
        await foreach (PushEvent one in client.ReadAllAsync())
        {
            if (one is PushGap)
            {
                Interlocked.Increment(ref _gaps);
            }
            else if (one is PushMessage { Seq: > 0 } message)
            {
                _receipts.Enqueue(new PushReceipt(user, message.Type, OrderOf(message.Payload), _time.GetUtcNow()));
            }
        }
    }

    private static OrderId? OrderOf(JsonElement payload) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("orderId", out JsonElement value)
            && value.ValueKind == JsonValueKind.String && OrderId.TryParse(value.GetString(), out OrderId order) ? order : null;
}
