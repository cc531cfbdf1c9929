using System.Data;
using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;

namespace Seckill.Core.Payments.Sandbox;

/// <summary>The sandbox's own life: decides charges and refunds when their latency has passed, and reports each decision by signed callbacks, again until one is answered.</summary>
/// <remarks>Any number of Workers may run one; they share the books. A decision that nobody can be told of is given up after <see cref="MaxCallbacks"/> attempts: the saga asks.</remarks>
internal sealed class SandboxLoop(
    SeckillDatabase database, CallbackSignature signature, SchemaGate schema, IOptions<SandboxOptions> options, TimeProvider time, ILogger<SandboxLoop> log) : BackgroundService
{
    private const int MaxAtOnce = 64;
    private const int MaxCallbacks = 8;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Uri? _callbackUrl = options.Value.CallbackUrl;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            log.SandboxInUse();
            await Task.WhenAll(RepeatAsync("deciding", DecideAsync, stoppingToken), RepeatAsync("calling back", CallBackAsync, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the books remember.
        }
    }

    private async Task RepeatAsync(string stage, Func<CancellationToken, Task<int>> work, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                if (await work(stop) < MaxAtOnce)
                {
                    await Task.Delay(Poll, time, stop);
                }
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.SandboxFaulted(stage, fault);
                await Task.Delay(FaultPause, time, stop);
            }
        }
    }

    private async Task<int> DecideAsync(CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        DateTime now = time.GetUtcNow().UtcDateTime;
        SandboxCharge[] due = [.. await connection.QueryAsync<SandboxCharge>(new CommandDefinition(
            $"SELECT {SandboxCharge.Columns} FROM sandbox_charges WHERE decide_at <= @now ORDER BY decide_at LIMIT {MaxAtOnce} FOR UPDATE SKIP LOCKED",
            new { now }, transaction, cancellationToken: stop))];
        foreach (SandboxCharge charge in due)
        {
            string decision = charge.state == "refunding" ? "refunded" : charge.declines == 1 ? "declined" : "captured";
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE sandbox_charges SET state = @decision, decide_at = NULL, callback_at = @callbackAt, callbacks = 0 WHERE payment_id = @id",
                new { id = charge.payment_id, decision, callbackAt = charge.copies > 0 && _callbackUrl is not null ? now : (DateTime?)null }, transaction, cancellationToken: stop));
        }

        await transaction.CommitAsync(stop);
        return due.Length;
    }

    private async Task<int> CallBackAsync(CancellationToken stop)
    {
        SandboxCharge[] due = await TakeCallbacksAsync(stop);
        await Task.WhenAll(due.Select(charge => DeliverAsync(charge, stop)));
        return due.Length;
    }

    // Put off before they are sent, with a doubling pause: a Worker that dies in the middle only makes the next attempt later.
    private async Task<SandboxCharge[]> TakeCallbacksAsync(CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        DateTime now = time.GetUtcNow().UtcDateTime;
        SandboxCharge[] due = [.. await connection.QueryAsync<SandboxCharge>(new CommandDefinition(
            $"SELECT {SandboxCharge.Columns} FROM sandbox_charges WHERE callback_at <= @now ORDER BY callback_at LIMIT {MaxAtOnce} FOR UPDATE SKIP LOCKED",
            new { now }, transaction, cancellationToken: stop))];
        foreach (SandboxCharge charge in due)
        {
            DateTime? again = charge.callbacks + 1 < MaxCallbacks ? now.AddSeconds(Math.Pow(2, charge.callbacks)) : null;
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE sandbox_charges SET callback_at = @again, callbacks = callbacks + 1 WHERE payment_id = @id", new { id = charge.payment_id, again }, transaction, cancellationToken: stop));
        }

        await transaction.CommitAsync(stop);
        return due;
    }

    private async Task DeliverAsync(SandboxCharge charge, CancellationToken stop)
    {
        PaymentCallback callback = new($"{charge.payment_id}-{charge.state}", new PaymentId(charge.payment_id), charge.state, charge.amount, charge.reference, charge.Reason);
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(callback, PaymentJson.Default.PaymentCallback);
        bool[] heard = await Task.WhenAll(Enumerable.Range(0, charge.copies).Select(_ => PostAsync(body, stop)));
        if (heard.Any(answered => answered))
        {
            await using DbConnection connection = await database.OpenAsync(stop);
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE sandbox_charges SET callback_at = NULL WHERE payment_id = @id AND state = @state", new { id = charge.payment_id, charge.state }, cancellationToken: stop));
        }
    }

    private async Task<bool> PostAsync(byte[] body, CancellationToken stop)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, _callbackUrl);
            request.Headers.Add(CallbackSignature.Header, signature.Sign(body));
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpResponseMessage answer = await _http.SendAsync(request, stop);
            // Refused is an answer, too: the same bytes would be refused again. Overload and faults are not.
            return answer.StatusCode is < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
