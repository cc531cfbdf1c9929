using Microsoft.AspNetCore.Authorization;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Audit;

/// <summary>Ties endpoints to the audit log, and refuses to start with one that is not.</summary>
public static class AuditedEndpoints
{
    /// <summary>Below this path operators work.</summary>
    public const string AdminPath = "/api/v1/admin";

    private static readonly string[] ToChange = [BearerTokenRegistration.OperatorPolicy, BearerTokenRegistration.AdminPolicy];
    private static readonly string[] ToSee = [BearerTokenRegistration.ViewerPolicy, .. ToChange];

    /// <summary>Has every action of an endpoint written to the audit log.</summary>
    /// <param name="endpoint">An endpoint that changes something.</param>
    /// <param name="action"><c>thing.verb</c>; permanent.</param>
    /// <param name="target">What is acted on, with the route's parameters in braces.</param>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint, string action, string target) =>
        endpoint.WithMetadata(new AuditedAction(action, target)).AddEndpointFilter<AuditFilter>();

    /// <summary>Comes after the last endpoint was mapped: one below <see cref="AdminPath"/> that any buyer could call, or that changes something and is open to viewers or not <see cref="Audited"/>, was forgotten.</summary>
    /// <exception cref="InvalidOperationException">There are such; the message names them.</exception>
    public static WebApplication RequireAuditedChanges(this WebApplication app)
    {
        string[] forgotten = [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith(AdminPath, StringComparison.OrdinalIgnoreCase) == true)
            .Where(endpoint => Changes(endpoint) ? !Wants(endpoint, ToChange) || endpoint.Metadata.GetMetadata<AuditedAction>() is null : !Wants(endpoint, ToSee))
            .Select(endpoint => endpoint.DisplayName ?? endpoint.RoutePattern.RawText!)];
        return forgotten.Length == 0
            ? app
            : throw new InvalidOperationException($"Operators' endpoints need a policy, viewer at least; those that change something need operator or admin, and .Audited(…): {string.Join("; ", forgotten)}.");
    }

    private static bool Wants(RouteEndpoint endpoint, string[] policies) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null && endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => policies.Contains(data.Policy));

    private static bool Changes(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods: { Count: > 0 } methods } || methods.Any(method => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method));
}
