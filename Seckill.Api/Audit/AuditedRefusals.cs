using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Seckill.Api.Endpoints;
using Seckill.Core.Audit;

namespace Seckill.Api.Audit;

/// <summary>Notes who was refused (403) below <see cref="AuditedEndpoints.AdminPath"/>. A request without a good token is nobody's, and leaves no note.</summary>
internal sealed class AuditedRefusals(RefusedAccess refused) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _handler = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden && context.Request.Path.StartsWithSegments(AuditedEndpoints.AdminPath, StringComparison.OrdinalIgnoreCase))
        {
            refused.Note(
                context.User.GetUserId().Value, context.User.FindFirstValue(ClaimTypes.Role) ?? string.Empty, $"{context.Request.Method} {context.Request.Path}",
                context.Connection.RemoteIpAddress?.ToString());
        }

        return _handler.HandleAsync(next, context, policy, authorizeResult);
    }
}
