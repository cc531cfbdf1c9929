using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Client.Connections;

namespace Seckill.Client.Push;

/// <summary>
/// Receives a user's messages in order, each once, over however many connections that takes: connects, resumes, confirms, drops repetitions, reconnects with a
/// jittered backoff. What cannot be had any more is told as a <see cref="PushGap"/>.
/// </summary>
/// <remarks>
/// Start it once with <see cref="StartAsync"/> and read <see cref="ReadAllAsync"/> from one place. The position moves when an event is handed to the reader's queue; it
/// is confirmed to the server at most once per frame.
/// </remarks>
public sealed class PushClient : IAsyncDisposable
{
    // A server that asks for more is not believed: a mistake there would keep the client away for good.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly PushClientOptions _options;
    private readonly Channel<PushEvent> _events;
    private readonly RecentIds _ids;
    private readonly HashSet<string> _watched = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstResume = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();

    private HubConnection? _connection;
    private Task _run = Task.CompletedTask;
    private PushPosition _position;
    private int _connects;
    private long _duplicates;

    /// <summary>Prepares a client; nothing is sent yet.</summary>
    public PushClient(PushClientOptions options)
    {
        _options = options;
        _position = options.Position;
        _ids = new RecentIds(options.RememberedIds);
        _events = Channel.CreateBounded<PushEvent>(new BoundedChannelOptions(options.MaxWaitingEvents) { SingleReader = true });
    }

    /// <summary>Where the client is: keep it to continue after a restart.</summary>
    public PushPosition Position
    {
        get
        {
            lock (_gate)
            {
                return _position;
            }
        }
    }

    /// <summary>How many times it has connected and resumed.</summary>
    public int Connects => Volatile.Read(ref _connects);

    /// <summary>How many messages came again and were dropped; a load run reports them apart.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>True between a resume and the loss of that connection.</summary>
    public bool IsConnected => _connection?.State == HubConnectionState.Connected;

    /// <summary>Starts; completes when the first resume has been answered. Goes on trying until then.</summary>
    /// <exception cref="PushClosedException">Refused, and another attempt would be refused as well.</exception>
    public Task StartAsync(CancellationToken cancellation = default)
    {
        _run = RunAsync(_stop.Token);
        return _firstResume.Task.WaitAsync(cancellation);
    }

    /// <summary>The events as they come, until the client is disposed.</summary>
    /// <exception cref="PushClosedException">After the last event: the server has ended this client for good, for example because its token was revoked.</exception>
    public async IAsyncEnumerable<PushEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (PushEvent one in _events.Reader.ReadAllAsync(cancellation))
        {
            yield return one;
        }
    }

    /// <summary>Watches a sale, now and after every reconnect.</summary>
    /// <exception cref="HubException">Refused; the text begins with the code.</exception>
    public async Task WatchAsync(string saleId, CancellationToken cancellation = default)
    {
        lock (_watched)
        {
            _watched.Add(saleId);
        }

        if (_connection is { State: HubConnectionState.Connected } connection)
        {
            try
            {
                await connection.InvokeAsync("Watch", saleId, cancellation);
            }
            catch (HubException)
            {
                Forget(saleId);
                throw;
            }
        }
    }

    /// <summary>Ends a watch.</summary>
    public async Task UnwatchAsync(string saleId, CancellationToken cancellation = default)
    {
        Forget(saleId);
        if (_connection is { State: HubConnectionState.Connected } connection)
        {
            await connection.InvokeAsync("Unwatch", saleId, cancellation);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _events.Writer.TryComplete();
        _firstResume.TrySetCanceled();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        TimeSpan backoff = _options.MinBackoff;
        while (!stop.IsCancellationRequested)
        {
            HubConnection connection = Create();
            TaskCompletionSource<Exception?> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.Closed += why =>
            {
                closed.TrySetResult(why);
                return Task.CompletedTask;
            };
            Exception? end = null;
            try
            {
                await connection.StartAsync(stop);
                _connection = connection;
                await ResumeAsync(connection, stop);
                backoff = _options.MinBackoff;
                end = await closed.Task.WaitAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Disposed.
            }
            catch (Exception fault) when (fault is HubException or IOException or WebSocketException or InvalidOperationException
                or OperationCanceledException or TimeoutException or HttpRequestException)
            {
                // Tried again below unless it is final: the server restarts, sheds load, or cannot read the mailbox just now.
                end = fault;
            }
            finally
            {
                await connection.DisposeAsync();
            }

            if (Refusal.FinalCodeOf(end) is { } code)
            {
                PushClosedException closedForGood = new(code, end!);
                _firstResume.TrySetException(closedForGood);
                _events.Writer.TryComplete(closedForGood);
                return;
            }

            if (!stop.IsCancellationRequested)
            {
                await PauseAsync(end is null ? TimeSpan.Zero : Refusal.RetryAfterOf(end), backoff, stop);
                backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, _options.MaxBackoff.Ticks));
            }
        }
    }

    private HubConnection Create()
    {
        HubConnectionBuilder builder = new();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory(_options.AccessToken, _options.TokenPlacement));
        UriBuilder hub = new(_options.Hub);
        if (_options.Device is { } device)
        {
            hub.Query = $"{hub.Query}{(hub.Query.Length > 1 ? "&" : "?")}device={Uri.EscapeDataString(device)}";
        }

        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(hub.Uri));
        HubConnection connection = builder.Build();
        connection.ServerTimeout = _options.ServerTimeout;
        connection.On<PushMessage[]>("Receive", messages => ReceiveAsync(connection, messages));
        return connection;
    }

    private async Task ResumeAsync(HubConnection connection, CancellationToken stop)
    {
        PushPosition position = Position;

        // The answer itself is not needed: it came before the messages as push.position, in order with them.
        await connection.InvokeAsync<ResumeAnswer>("Resume", position.Epoch, position.Seq, stop);
        Interlocked.Increment(ref _connects);
        _firstResume.TrySetResult();
        string[] watched;
        lock (_watched)
        {
            watched = [.. _watched];
        }

        foreach (string sale in watched)
        {
            await connection.InvokeAsync("Watch", sale, stop);
        }
    }

    // SignalR awaits this before it reads the next frame, so a slow reader slows the socket and not the memory.
    private async Task ReceiveAsync(HubConnection connection, PushMessage[] messages)
    {
        bool anyNumbered = false;
        try
        {
            foreach (PushMessage message in messages)
            {
                anyNumbered |= message.Seq > 0;
                if (Accept(message) is { } one)
                {
                    await _events.Writer.WriteAsync(one, _stop.Token);
                }
            }

            // What was known already is confirmed as well: it came again because the server has not heard of it.
            if (anyNumbered)
            {
                await connection.SendAsync("Ack", Position.Seq, _stop.Token);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException or InvalidOperationException or IOException)
        {
            // Disposed or disconnected: the position stands at what was handed on.
        }
    }

    private PushEvent? Accept(PushMessage message)
    {
        lock (_gate)
        {
            if (message.Type == PushTypes.Position)
            {
                ResumeAnswer answer = message.Payload.Deserialize<ResumeAnswer>(Web)!;
                if (answer.Epoch != _position.Epoch || answer.EpochChanged)
                {
                    _position = new PushPosition(answer.Epoch, answer.AfterSeq);
                }

                return answer.Recovered ? null : new PushGap(answer.EpochChanged, answer.Truncated);
            }

            bool isNew;
            if (message.Ahead > 0)
            {
                // Before its turn: shown now, dropped by its id then; the position stays.
                isNew = message.Ahead > _position.Seq && _ids.Add(message.Id);
                message = message with { Seq = message.Ahead };
            }
            else if (message.Seq == 0)
            {
                return message;
            }
            else if (isNew = message.Seq > _position.Seq)
            {
                _position = _position with { Seq = message.Seq };
                isNew = _ids.Add(message.Id);
            }

            if (!isNew)
            {
                Interlocked.Increment(ref _duplicates);
            }

            return isNew ? message : null;
        }
    }

    private void Forget(string saleId)
    {
        lock (_watched)
        {
            _watched.Remove(saleId);
        }
    }

    // The server spreads what it asks for by itself, so no jitter is put on top of that.
    private async Task PauseAsync(TimeSpan asked, TimeSpan atMost, CancellationToken stop)
    {
        TimeSpan pause = atMost * Random.Shared.NextDouble();
        asked = asked < LongestRetryAfter ? asked : LongestRetryAfter;
        try
        {
            await Task.Delay(asked > pause ? asked : pause, _options.Time, stop);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
