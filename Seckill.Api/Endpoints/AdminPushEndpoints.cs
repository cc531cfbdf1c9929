using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Seckill.Api.Audit;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Audit;
using Seckill.Core.Push.Messages;
using Seckill.Core.Sales;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/push/messages</c>: what operators send to users, for operators. The one place where the Api talks to Kafka; no buyer's request waits for it.</summary>
public static class AdminPushEndpoints
{
    /// <summary>Largest body: 100 messages with payloads of up to 8 KiB.</summary>
    private const int MaxBytes = 1024 * 1024;

    public static void MapAdminPush(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/admin/push/messages", SendAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("push.send", "push-messages")
            .WithTags("Admin").WithMetadata(new RequestSizeLimitAttribute(MaxBytes))
            .WithName("pushMessages").WithSummary("Sends messages to users, to the watchers of a sale, or to all; safe to repeat with the same ids")
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.TokenRevoked, ProblemTypes.Forbidden, ProblemTypes.TooLarge, ProblemTypes.UnsupportedMediaType,
                ProblemTypes.PushUnavailable);

    private static async Task<Results<Accepted<PushedMessages>, ProblemResult>> SendAsync(
        PushMessages body, [FromHeader(Name = PushMessagesReader.KeyHeader)] string? idempotencyKey, PushQueue queue, SaleCatalog catalog, ClaimsPrincipal user, TimeProvider time,
        AuditNote audit, CancellationToken stop)
    {
        PushMessagesReader reader = new(catalog.Current, user.GetUserId(), idempotencyKey, time.GetUtcNow());
        IReadOnlyList<QueuedPush> queued = reader.Read(body);
        if (reader.Errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: reader.Errors);
        }

        IReadOnlyList<bool> stands = await queue.SendAsync(queued, stop);
        PushedMessages pushed = new([.. queued.Zip(stands).GroupBy(one => one.First.Id).Select(Tell)]);
        // What was sent to whom; the texts are the messages' own, and may fill a page.
        audit.After = new { pushed.Messages };
        // The ids of what Kafka has are promised; of the rest the answer says that nobody knows, and a repetition with the same ids settles it.
        return stands.All(one => one) ? TypedResults.Accepted((string?)null, pushed) : new ProblemResult(ProblemTypes.PushUnavailable, pushed: pushed);
    }

    private static PushedMessage Tell(IGrouping<string, (QueuedPush Push, bool Stands)> message)
    {
        string[] unknown = [.. message.Where(one => !one.Stands).Select(one => one.Push.To.ToString())];
        return new PushedMessage(message.Key, message.Count() - unknown.Length, unknown.Length == 0 ? null : unknown);
    }
}
