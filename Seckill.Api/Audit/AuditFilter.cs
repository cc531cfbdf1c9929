using System.Security.Claims;
using Seckill.Api.Contracts;
using Seckill.Api.Endpoints;
using Seckill.Api.Problems;
using Seckill.Core.Audit;

namespace Seckill.Api.Audit;

/// <summary>Begins the note of an operator's action, and sees to it that it is in the audit log when the action is done.</summary>
/// <remarks>
/// What the handler's own transaction has written is left alone; anything else is written right after, with the request's body as what was asked for unless the handler said better. A request
/// that was refused (4xx) changed nothing and leaves no entry. A fault, or a 503, leaves open what was done: the entry says "unknown".
/// </remarks>
internal sealed class AuditFilter(AuditTrail trail, TimeProvider time) : IEndpointFilter
{
    /// <summary>Header of an answer whose action was carried out and could not be written to the audit log.</summary>
    public const string Header = "Seckill-Audit";

    private const string NotWritten = "not-written";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext request = context.HttpContext;
        AuditedAction action = request.GetEndpoint()!.Metadata.GetRequiredMetadata<AuditedAction>();
        AuditNote note = request.RequestServices.GetRequiredService<AuditNote>().Begin(
            time.GetUtcNow(), request.User.GetUserId().Value, request.User.FindFirstValue(ClaimTypes.Role) ?? string.Empty, action.Name, action.TargetOf(request.Request.RouteValues),
            request.Connection.RemoteIpAddress?.ToString());
        object? result;
        try
        {
            result = await next(context);
        }
        catch (Exception fault)
        {
            note.After = new { outcome = "unknown", fault = fault.GetType().Name, detail = note.After };
            await trail.CompleteAsync(note);
            throw;
        }

        if (StatusOf(result) is >= StatusCodes.Status400BadRequest and < StatusCodes.Status500InternalServerError)
        {
            return result;
        }

        note.After = StatusOf(result) >= StatusCodes.Status500InternalServerError ? new { outcome = "unknown", detail = note.After } : note.After ?? BodyOf(context);
        if (!await trail.CompleteAsync(note))
        {
            request.Response.Headers[Header] = NotWritten;
        }

        return result;
    }

    private static object? BodyOf(EndpointFilterInvocationContext context) =>
        context.Arguments.FirstOrDefault(argument => argument?.GetType().Namespace == typeof(CreateSale).Namespace);

    private static int StatusOf(object? result) => result switch
    {
        INestedHttpResult nested => StatusOf(nested.Result),
        ProblemResult problem => problem.Type.Status,
        IStatusCodeHttpResult { StatusCode: { } status } => status,
        _ => StatusCodes.Status200OK,
    };
}
