using Microsoft.Extensions.Hosting;

namespace Seckill.Core.Receipts;

/// <summary>Has the key ring read when the host starts: a key file that cannot be read stops the host, instead of failing its first grab.</summary>
internal sealed class ReceiptKeysLoading(ReceiptKeys keys) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
