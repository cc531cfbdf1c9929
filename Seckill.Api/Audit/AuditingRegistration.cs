using Microsoft.AspNetCore.Authorization;
using Seckill.Core.Audit;

namespace Seckill.Api.Audit;

/// <summary>Registers the Api's side of the audit log.</summary>
public static class AuditingRegistration
{
    public static IServiceCollection AddAuditing(this IServiceCollection services) =>
        services.AddAuditTrail().AddSingleton<IAuthorizationMiddlewareResultHandler, AuditedRefusals>();
}
