using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Seckill.Core.Admission;
using Seckill.Core.Audit;
using Seckill.Core.Database;
using Seckill.Core.Grab;
using Seckill.Core.GrabTokens;
using Seckill.Core.Identity;
using Seckill.Core.Locking;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Outbox;
using Seckill.Core.Payments;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Receipts;
using Seckill.Core.Reconciliation;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Configuration;

/// <summary>Goal: no setting is lost between configuration and the engine. Method: every options record of the engine, found by reflection, through its own registration.</summary>
public sealed class OptionsTests
{
    // What is valid of Kafka's security hangs together: KafkaSecurityTests.
    public static TheoryData<Type> Types => [.. OptionsSample.TypesOf(typeof(Connections).Assembly).Where(type => type != typeof(KafkaSecurityOptions))];

    [Fact]
    public void AllRecords_AreUnderTest() => OptionsSample.TypesOf(typeof(Connections).Assembly).Count.ShouldBeGreaterThanOrEqualTo(9);

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryKey_IsBound(Type type) => OptionsPromises.EveryKeyIsBound(type, Register);

    [Theory]
    [MemberData(nameof(Types))]
    public void AnUnknownKey_IsRefused(Type type) => OptionsPromises.AnUnknownKeyIsRefused(type, Register);

    [Theory]
    [MemberData(nameof(Types))]
    public void Defaults_AreValid(Type type) =>
        OptionsPromises.DefaultsAreValid(type, Register, type == typeof(AuthOptions) ? [nameof(AuthOptions.Issuer), nameof(AuthOptions.Audience), nameof(AuthOptions.Keys)]
            : type == typeof(PaymentCallbackOptions) ? [nameof(PaymentCallbackOptions.Keys)]
            : type == typeof(ReceiptOptions) ? [nameof(ReceiptOptions.Keys)]
            : type == typeof(GrabTokenOptions) ? [nameof(GrabTokenOptions.Keys)] : []);

    [Theory]
    [MemberData(nameof(Types))]
    public void ValuesPastTheRange_AreRefused(Type type) => OptionsPromises.ValuesPastTheRangeAreRefused(type, Register);

    [Fact]
    public void Connections_AreBound_AndEveryMissingAddressIsNamed()
    {
        Should.Throw<OptionsValidationException>(() => Connect([])).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain(nameof(Connections.Redis)),
            message => message.ShouldContain(nameof(Connections.Kafka)),
            message => message.ShouldContain(nameof(Connections.MySql)));

        Connect(new() { ["SECKILL:REDIS"] = "r", ["SECKILL:KAFKA"] = "k", ["SECKILL:MYSQL"] = "m", ["Seckill:MySqlProvider"] = "p", ["Seckill:Grab:MaxBatch"] = "1" })
            .ShouldBe(new Connections { Redis = "r", Kafka = "k", MySql = "m", MySqlProvider = "p" });
    }

    private static Connections Connect(Dictionary<string, string?> values)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        using ServiceProvider provider = new ServiceCollection().AddConnections(configuration).BuildServiceProvider();
        return provider.GetRequiredService<IOptions<Connections>>().Value;
    }

    private static void Register(IServiceCollection services, IConfiguration configuration) =>
        services.AddAdmission(configuration).AddAuditSweep(configuration).AddDatabaseGuard(configuration).AddGrab(configuration).AddIdentity(configuration).AddLocking(configuration).AddMessaging(configuration).AddOrderIntake(configuration)
            .AddOrderOutbox(configuration).AddOutboxRelay(configuration).AddPaymentSaga(configuration).AddPaymentDeadlines(configuration).AddPushSending(configuration).AddReconciliation(configuration)
            .AddPushQueue(configuration).AddStock(configuration).AddStockRecovery(configuration);
}
