using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Configuration;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Orders.Timeline;
using Seckill.Core.Payments;
using Seckill.Core.Receipts;
using Seckill.Core.Resilience;

namespace Seckill.Core.Orders;

/// <summary>Registers orders.</summary>
public static class OrdersRegistration
{
    /// <summary>Adds the read side, <see cref="OrderStore"/>.</summary>
    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.AddDatabase();
        services.TryAddSingleton<OrderStore>();
        return services;
    }

    /// <summary>Adds the loops of the write side, <see cref="OrderIntake"/>, <see cref="ReservationRetries"/> and <see cref="PipelineGauges"/>; needs messaging, stock and push sending.</summary>
    public static IServiceCollection AddOrderIntake(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrders();
        services.AddCheckedOptions<OrderIntakeOptions>(configuration.GetSection(OrderIntakeOptions.Section));
        services.AddCheckedOptions<PaymentOptions>(configuration.GetSection(PaymentOptions.Section));
        services.AddReceipts(configuration);
        services.AddTimelineKeeping(configuration);
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton<OrderWriter>();
        services.TryAddSingleton<StaleReservations>();
        services.TryAddSingleton<OrderAnnouncer>();
        services.TryAddSingleton(provider =>
        {
            // Told from the start, so that an alert can tell "closed" from "not there".
            CircuitMetrics.Stands(SeckillDatabase.Dependency, CircuitMetrics.Closed);
            return new MySqlCircuit(
                TimeSpan.FromMilliseconds(provider.GetRequiredService<IOptions<OrderIntakeOptions>>().Value.MaxBackoffMs),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<MySqlCircuit>>());
        });
        services.TryAddSingleton<OrderIntakeProcessor>();
        services.TryAddSingleton(provider => new OrderIntake(
            provider.GetRequiredService<KafkaClients>(), provider.GetRequiredService<OrderIntakeProcessor>(), provider.GetRequiredService<SchemaGate>(),
            provider.GetRequiredService<IOptions<OrderIntakeOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OrderIntake>>()));
        services.AddHostedService(provider => provider.GetRequiredService<OrderIntake>());
        services.AddHostedService(provider => new ReservationRetries(
            provider.GetRequiredService<DelayedConsumer>(), provider.GetRequiredService<OrderIntakeProcessor>(), provider.GetRequiredService<SchemaGate>()));
        services.AddHostedService<PipelineGauges>();
        services.CountFromZero(OrderMetrics.Repeated, OrderMetrics.Clashes)
            .CountFromZero(OrderMetrics.Refused, "reason", [OrderFailure.Oversold, OrderFailure.StaleEpoch, OrderFailure.SlotTaken])
            .CountFromZero(CircuitMetrics.Opened, "dependency", ["mysql"])
            .CountFromZero(OrderMetrics.Written, "status", ["pending-payment", "failed"])
            .CountFromZero(MessagingMetrics.Retried, "tier", KafkaTopics.RetryTiers.Select(tier => tier.Topic.Name))
            .CountFromZero(MessagingMetrics.DeadLetters, "cause", [OrderFailure.IdClash, OrderFailure.UnknownItem, OrderFailure.InvalidData, OrderFailure.UnknownFault, ReservationReceipts.Missing, ReservationReceipts.Forged])
            .CountFromZero(ReceiptMetrics.Refused, "cause", [ReservationReceipts.Missing, ReservationReceipts.Forged])
            .CountFromZero(MessagingMetrics.Unroutable, "topic", [KafkaTopics.Reservations.Name]);
        return services;
    }

    /// <summary>Adds the loop that carries out what follows changes of orders, <see cref="OrderOutboxLoop"/>; needs messaging, stock and push sending.</summary>
    public static IServiceCollection AddOrderOutbox(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrders();
        services.AddCheckedOptions<OrderOutboxOptions>(configuration.GetSection(OrderOutboxOptions.Section));
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton<OrderOutbox>();
        services.TryAddSingleton<OrderSettler>();
        services.TryAddSingleton<OrderEvents>();
        services.AddHostedService<OrderOutboxLoop>();
        services.CountFromZero(OrderMetrics.Released);
        return services;
    }
}
