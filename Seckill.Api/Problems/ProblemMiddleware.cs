using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Api.Problems;

/// <summary>Turns whatever no endpoint answered (faults, bodies that cannot be read, bare statuses) into problem details, the same in Development and Production.</summary>
public static class ProblemMiddleware
{
    public static IServiceCollection AddApiProblems(this IServiceCollection services)
    {
        // Thrown also in Production, so that every unreadable body comes through here.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    public static WebApplication UseApiProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => Of(context.Features.Get<IExceptionHandlerFeature>()!.Error).ExecuteAsync(context),
            SuppressDiagnosticsCallback = handled => Of(handled.Exception).Type.Status != StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages(pages => new ProblemResult(ProblemTypes.OfStatus(pages.HttpContext.Response.StatusCode)).ExecuteAsync(pages.HttpContext));
        return app;
    }

    private static ProblemResult Of(Exception fault) => fault switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => new(ProblemTypes.BadRequest, WhyUnreadable(bad)),
        BadHttpRequestException bad => new(ProblemTypes.OfStatus(bad.StatusCode)),
        StockUnavailableException or IdsUnavailableException or RedisException or TimeoutException => new(ProblemTypes.StockUnavailable),
        DbException => new(ProblemTypes.DatabaseUnavailable),
        _ => new(ProblemTypes.Internal),
    };

    // The JSON reader names the path and the reason, and nothing of ours.
    private static string? WhyUnreadable(BadHttpRequestException bad) =>
        bad.InnerException is System.Text.Json.JsonException { Path: { } path } ? $"The body cannot be read at {path}." : null;
}
