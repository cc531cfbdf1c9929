using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Payments;

/// <summary>Drives the saga of every payment: takes those whose next step is due, a bounded number at once, and leaves each to <see cref="PaymentSaga"/>.</summary>
/// <remarks>Any number of Workers may run one. A step that fails, or whose Worker dies, is due again when its lease has run out.</remarks>
internal sealed class PaymentSagaLoop(
    PaymentStore payments, PaymentSaga saga, SchemaGate schema, IOptions<PaymentOptions> options, TimeProvider time, ILogger<PaymentSagaLoop> log) : BackgroundService
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TidyEvery = TimeSpan.FromSeconds(1);

    // Far beyond any signature that would still be believed.
    private static readonly TimeSpan EventLifetime = TimeSpan.FromDays(1);
    private const int MaxForgottenAtOnce = 1_000;

    private readonly PaymentOptions _options = options.Value;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            await Task.WhenAll(RunAsync(stoppingToken), TidyAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; every step under way is repeated by whoever comes next.
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                IReadOnlyList<Payment> due = await payments.TakeDueAsync(_options.MaxInFlight, _options.StepLease, stop);
                await Task.WhenAll(due.Select(payment => StepAsync(payment, stop)));
                if (due.Count < _options.MaxInFlight)
                {
                    await Task.Delay(_options.IdlePollMs, stop);
                }
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.SagaBlocked(fault);
                await Task.Delay(FaultPause, time, stop);
            }
        }
    }

    private async Task StepAsync(Payment payment, CancellationToken stop)
    {
        try
        {
            await saga.StepAsync(payment, stop);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            // One payment's trouble must not hold up the others; its lease brings it back.
            PaymentMetrics.StepFaults.Add(1);
            log.SagaStepFaulted(payment.Id.ToString(), payment.State, fault);
        }
    }

    private async Task TidyAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(TidyEvery, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                PaymentMetrics.Overdue.Record((await payments.MeasureAsync(stop)).TotalSeconds);
                await payments.ForgetEventsAsync(time.GetUtcNow() - EventLifetime, MaxForgottenAtOnce, stop);
            }
            catch (DbException)
            {
                // The loop above says that MySQL is away; here only a figure is late.
            }
        }
    }
}
