using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;
using Seckill.Core.Ids;
using Seckill.Core.Payments;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Payments;

/// <summary>An open circuit is one more way in which the gateway can be unavailable, and never an answer about a charge.</summary>
public sealed class GuardedGatewayTests
{
    private readonly ManualTime _time = new();
    private readonly IPaymentGateway _gateway = Substitute.For<IPaymentGateway>();

    [Fact]
    public async Task TheGatewayIsAway_EveryAnswerIsUnavailable_AskedOrNot_AndItIsAskedAgainLater()
    {
        using GuardedGateway guarded = new(
            _gateway, Options.Create(new GatewayResilienceOptions { Retries = 0, MinimumCalls = 2, BreakFor = TimeSpan.FromSeconds(5) }), _time, NullLogger<GuardedGateway>.Instance);
        _gateway.FindAsync(default, default).ReturnsForAnyArgs(Task.FromException<GatewayReport?>(new GatewayUnavailableException("away")));
        for (int i = 0; i < 5; i++)
        {
            await Should.ThrowAsync<GatewayUnavailableException>(() => guarded.FindAsync(new PaymentId(1), CancellationToken.None));
        }

        await _gateway.ReceivedWithAnyArgs(2).FindAsync(default, default);

        _time.Advance(TimeSpan.FromSeconds(6));
        _gateway.FindAsync(default, default).ReturnsForAnyArgs(Task.FromResult<GatewayReport?>(null));
        (await guarded.FindAsync(new PaymentId(1), CancellationToken.None)).ShouldBeNull();
    }
}
