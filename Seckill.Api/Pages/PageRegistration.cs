using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace Seckill.Api.Pages;

/// <summary>The shop at <c>/</c> and the cockpit at <c>/admin/</c>: plain files under <c>wwwroot</c>, and what they are told.</summary>
public static class PageRegistration
{
    private const string DefaultHubPath = "/hubs/push";
    private const string Cockpit = "/admin";

    public static IServiceCollection AddPages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<PageOptions, PageOptionsValidator>()
            .Bind(configuration.GetSection(PageOptions.Section), static binder => binder.ErrorOnUnknownConfiguration = true);
        return services;
    }

    /// <summary>Serves the files beside the assembly (not below the working directory) and <c>/config.json</c>.</summary>
    public static WebApplication MapPages(this WebApplication app)
    {
        PageOptions options = app.Services.GetRequiredService<IOptions<PageOptions>>().Value;
        var headers = new PageHeaders(options.HubUrl);
        // The library's own redirect to a directory's slash repeats the host that the request names, and so whatever a stranger writes there.
        app.Use((context, next) =>
        {
            if (!context.Request.Path.Equals(Cockpit, StringComparison.Ordinal))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{Cockpit}/{context.Request.QueryString}";
            return Task.CompletedTask;
        });
        app.UseFileServer(new FileServerOptions
        {
            RedirectToAppendTrailingSlash = false,
            FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot")),
            StaticFileOptions = { OnPrepareResponse = headers.Apply },
        });

        var config = new PageConfig(options.HubUrl?.AbsoluteUri ?? DefaultHubPath, app.Environment.IsDevelopment());
        app.MapGet("/config.json", () => TypedResults.Ok(config)).ExcludeFromDescription();
        return app;
    }
}
