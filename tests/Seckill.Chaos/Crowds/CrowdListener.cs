using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Client.Connections;

namespace Seckill.Chaos.Crowds;

/// <summary>A user's open browser, by the rules of <c>docs/push-protocol.md</c> and nothing of the product's own push client: connects, resumes, confirms, reconnects, and keeps every envelope as it came.</summary>
internal sealed class CrowdListener(string user, IReadOnlyList<Uri> hubs, string token) : IAsyncDisposable
{
    private const int FirstPauseMs = 100;
    private const int LongestPauseMs = 2_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<ReceivedPush> _received = new();
    private readonly Lock _gate = new();
    private Task _run = Task.CompletedTask;
    private string _epoch = string.Empty;
    private long _seq;
    private int _connects;

    public string User => user;

    /// <summary>Every envelope, in the order of arrival.</summary>
    public IReadOnlyCollection<ReceivedPush> Received => _received;

    /// <summary>How often it has connected and resumed.</summary>
    public int Connects => Volatile.Read(ref _connects);

    /// <summary>Life of the mailbox and last sequence number seen in it.</summary>
    public (string Epoch, long Seq) Position
    {
        get
        {
            lock (_gate)
            {
                return (_epoch, _seq);
            }
        }
    }

    /// <summary>The last status that a message told of each order.</summary>
    public IReadOnlyDictionary<string, string> LastTold()
    {
        Dictionary<string, string> told = [];
        foreach (ReceivedPush push in _received)
        {
            if (push is { OrderId: { } order, Status: { } status })
            {
                told[order] = status;
            }
        }

        return told;
    }

    /// <summary>Completes with the first answered resume; goes on trying until then.</summary>
    public Task StartAsync(CancellationToken stop)
    {
        _run = RunAsync();
        return _first.Task.WaitAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _first.TrySetCanceled();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        int hub = Math.Abs(user.GetHashCode(StringComparison.Ordinal) % hubs.Count);
        int pause = FirstPauseMs;
        while (!_stop.IsCancellationRequested)
        {
            TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            HubConnection connection = Create(hubs[hub], closed);
            try
            {
                await connection.StartAsync(_stop.Token);
                (string epoch, long seq) = Position;
                int number = Connects + 1;
                using IDisposable receiving = connection.On<JsonElement[]>("Receive", envelopes => ReceiveAsync(connection, number, envelopes));
                await connection.InvokeAsync<JsonElement>("Resume", epoch, seq, _stop.Token);
                Interlocked.Increment(ref _connects);
                _first.TrySetResult();
                pause = FirstPauseMs;
                await closed.Task.WaitAsync(_stop.Token);
            }
            catch (Exception) when (!_stop.IsCancellationRequested)
            {
                // The hub is dead, starts, or sheds load: the next one, after a pause.
            }
            catch (OperationCanceledException)
            {
                // Disposed.
            }
            finally
            {
                await connection.DisposeAsync();
            }

            hub = (hub + 1) % hubs.Count;
            await Task.Delay(Random.Shared.Next(pause), CancellationToken.None);
            pause = Math.Min(pause * 2, LongestPauseMs);
        }
    }

    private HubConnection Create(Uri hub, TaskCompletionSource closed)
    {
        HubConnectionBuilder builder = new();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory(_ => ValueTask.FromResult(token)));
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(hub));
        HubConnection connection = builder.Build();
        connection.ServerTimeout = TimeSpan.FromSeconds(30);
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        return connection;
    }

    private async Task ReceiveAsync(HubConnection connection, int number, JsonElement[] envelopes)
    {
        long ack = 0;
        foreach (JsonElement envelope in envelopes)
        {
            ack = Math.Max(ack, Take(number, envelope));
        }

        if (ack > 0)
        {
            try
            {
                await connection.SendAsync("Ack", ack, _stop.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or InvalidOperationException or IOException)
            {
                // Cut meanwhile: the next resume says the same.
            }
        }
    }

    private long Take(int connection, JsonElement envelope)
    {
        string type = envelope.GetProperty("type").GetString()!;
        long seq = envelope.GetProperty("seq").GetInt64();
        JsonElement payload = envelope.GetProperty("payload").Clone();
        lock (_gate)
        {
            if (type == "push.position" && payload.GetProperty("epoch").GetString() is { } epoch && (epoch != _epoch || payload.GetProperty("epochChanged").GetBoolean()))
            {
                (_epoch, _seq) = (epoch, 0);
            }

            _received.Enqueue(new ReceivedPush(TimeProvider.System.GetUtcNow().UtcDateTime, connection, _epoch, seq, envelope.GetProperty("id").GetString()!, type, payload));
            _seq = Math.Max(_seq, seq);
        }

        return seq;
    }
}
