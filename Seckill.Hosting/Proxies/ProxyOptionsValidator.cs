using System.Net;
using Microsoft.Extensions.Options;

namespace Seckill.Hosting.Proxies;

/// <summary>Stops the host on what is neither an address nor a network, and on a network that is everybody.</summary>
internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        string[] faults = [.. options.Known.Where(known => !IsProxy(known))
            .Select(known => $"{ProxyOptions.Section}:{nameof(ProxyOptions.Known)}: '{known}' is no address and no network with a prefix of at least 1.")];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsProxy(string text) => IPAddress.TryParse(text, out _) || (IPNetwork.TryParse(text, out IPNetwork network) && network.PrefixLength > 0);
}
