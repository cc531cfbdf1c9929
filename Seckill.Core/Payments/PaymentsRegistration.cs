using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Orders;
using Seckill.Core.Payments.Sandbox;

namespace Seckill.Core.Payments;

/// <summary>Registers payments and deadlines.</summary>
public static class PaymentsRegistration
{
    /// <summary>Adds what an edge needs: <see cref="PaymentStore"/> and <see cref="PaymentCallbacks"/>.</summary>
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrders();
        services.AddCheckedOptions<PaymentCallbackOptions>(configuration.GetSection(PaymentCallbackOptions.Section));
        services.TryAddSingleton<PaymentStore>();
        services.TryAddSingleton<CallbackSignature>();
        services.TryAddSingleton<PaymentCallbacks>();
        return services;
    }

    /// <summary>Adds the loop of the saga, with the sandbox as its gateway unless another <see cref="IPaymentGateway"/> is there.</summary>
    public static IServiceCollection AddPaymentSaga(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddPayments(configuration);
        services.AddCheckedOptions<PaymentOptions>(configuration.GetSection(PaymentOptions.Section));
        services.TryAddSingleton<FaultPoints>();
        if (!services.Any(service => service.ServiceType == typeof(IPaymentGateway)))
        {
            services.AddSandboxGateway(configuration);
        }

        services.AddCheckedOptions<GatewayResilienceOptions>(configuration.GetSection(GatewayResilienceOptions.Section));
        services.TryAddSingleton<GuardedGateway>();
        services.TryAddSingleton<PaymentSaga>();
        services.AddHostedService<PaymentSagaLoop>();
        services.CountFromZero(PaymentMetrics.StepFaults);
        return services;
    }

    /// <summary>Adds the loops that cancel unpaid orders, <see cref="PaymentDeadlineLoop"/> and <see cref="PaymentSweep"/>; needs messaging.</summary>
    public static IServiceCollection AddPaymentDeadlines(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrders();
        services.AddCheckedOptions<PaymentOptions>(configuration.GetSection(PaymentOptions.Section));
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton<UnpaidOrders>();
        services.AddHostedService<PaymentDeadlineLoop>();
        services.AddHostedService<PaymentSweep>();
        services.CountFromZero(PaymentMetrics.Cancelled, "by", ["topic", "sweep"]);
        return services;
    }
}
