using Microsoft.Extensions.Options;

namespace Seckill.Api.Pages;

/// <summary>Stops the host on an address that no browser could connect to.</summary>
internal sealed class PageOptionsValidator : IValidateOptions<PageOptions>
{
    public ValidateOptionsResult Validate(string? name, PageOptions options) =>
        options.HubUrl is null
        || (options.HubUrl.IsAbsoluteUri && (options.HubUrl.Scheme == Uri.UriSchemeHttp || options.HubUrl.Scheme == Uri.UriSchemeHttps))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{PageOptions.Section}:{nameof(PageOptions.HubUrl)} must be an absolute http or https address, not '{options.HubUrl}'.");
}
