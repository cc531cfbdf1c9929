using Seckill.Api.Problems;

namespace Seckill.Api.OpenApi;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c> and its page at <c>/swagger</c>.</summary>
public static class ApiDocument
{
    // The library's page: scripts of its own only. It sets styles as it goes.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(document => document.AddDocumentTransformer((made, _, _) =>
    {
        // Else it names the host that the request does, whatever that is. Without one the calls are where the document is.
        made.Servers = [];
        return Task.CompletedTask;
    }));

    public static WebApplication MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi();
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/swagger", StringComparison.Ordinal))
            {
                context.Response.Headers.ContentSecurityPolicy = PagePolicy;
            }

            return next(context);
        });
        app.UseSwaggerUI(page => page.SwaggerEndpoint("/openapi/v1.json", "Seckill"));
        return app;
    }

    /// <summary>Documents the problems that an endpoint may answer, one response per status.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<ProblemType> types)
    {
        SortedSet<int> statuses = [];
        foreach (ProblemType type in types)
        {
            statuses.Add(type.Status);
        }

        foreach (int status in statuses)
        {
            endpoint.ProducesProblem(status);
        }

        return endpoint;
    }
}
