using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Push.Hub.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using StackExchange.Redis;

namespace Push.Hub.Delivery;

/// <summary>Writes confirmed positions to the mailboxes, the latest per user and device, in rounds: a confirmation is worth little alone and comes with every message.</summary>
internal sealed class AckWriter(MailboxStore mailboxes, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<AckWriter> log)
    : BackgroundService
{
    private readonly ConcurrentDictionary<(UserId User, DeviceId Device), WaitingAck> _waiting = new();

    /// <summary>Notes a confirmation. At most one position waits per user and device, and the times of a few confirmations.</summary>
    public void Add(UserId user, DeviceId device, MailboxPosition position, MailboxConfirmation confirmation) =>
        _waiting.AddOrUpdate((user, device), static (_, added) => added, static (_, before, added) => before.With(added), new WaitingAck(position, [confirmation]));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Value.AckWriteInterval, time, stoppingToken);
                await WriteAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        foreach (KeyValuePair<(UserId, DeviceId), WaitingAck>[] chunk in _waiting.ToArray().Chunk(options.Value.ChecksInFlight))
        {
            Exception?[] faults = await Task.WhenAll(Array.ConvertAll(chunk, TryWriteAsync));
            if (Array.Find(faults, fault => fault is not null) is { } one)
            {
                log.AcksNotWritten(one);
            }

            // One mailbox or one node of a cluster that is away holds up no other; where nothing can be written, the next round tries again.
            if (Array.TrueForAll(faults, fault => fault is not null))
            {
                return;
            }
        }
    }

    private async Task<Exception?> TryWriteAsync(KeyValuePair<(UserId User, DeviceId Device), WaitingAck> ack)
    {
        try
        {
            await mailboxes.AckAsync(ack.Key.User, ack.Value.Position, ack.Key.Device, ack.Value.Times);
            // Where another one has come meanwhile, it is left with what was not written yet.
            if (!_waiting.TryRemove(ack) && _waiting.TryGetValue(ack.Key, out WaitingAck? later))
            {
                _waiting.TryUpdate(ack.Key, later.Without(ack.Value), later);
            }

            return null;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return fault;
        }
    }
}
