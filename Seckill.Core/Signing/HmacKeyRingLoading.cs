using Microsoft.Extensions.Hosting;

namespace Seckill.Core.Signing;

/// <summary>Has a key ring read when the host starts: a key file that cannot be read stops the host, instead of failing its first grab.</summary>
internal sealed class HmacKeyRingLoading<TRing>(TRing keys) : IHostedService
    where TRing : HmacKeyRing
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
