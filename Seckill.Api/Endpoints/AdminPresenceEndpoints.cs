using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/push/presence</c>: the hub's nodes and who is on them, for viewers. Read from Redis; the Api does not ask the hub.</summary>
public static class AdminPresenceEndpoints
{
    private const int MaxLimit = 500;

    public static void MapAdminPresence(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/admin/push/presence", ReadAsync).RequireAuthorization(BearerTokenRegistration.ViewerPolicy).WithTags("Admin")
            .WithName("readPresence").WithSummary("Hub nodes with their connections and users, and one user's connections")
            .ProducesProblems(ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.TokenRevoked, ProblemTypes.Forbidden, ProblemTypes.StockUnavailable);

    private static async Task<Results<Ok<PresenceView>, ProblemResult>> ReadAsync(PresenceStore presence, string? user = null, string? after = null, int limit = 100)
    {
        Dictionary<string, string[]> errors = [];
        UserId asked = default;
        if (user is not null && !UserId.TryParse(user, out asked))
        {
            errors["user"] = ["1 to 64 letters, digits or -_.@|+"];
        }

        if (limit is < 1 or > MaxLimit)
        {
            errors["limit"] = [$"1 to {MaxLimit}"];
        }

        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        IReadOnlyList<NodePresence> nodes = await presence.NodesAsync();
        return TypedResults.Ok(new PresenceView(
            nodes.Count,
            nodes.Sum(node => (long)node.Figures.Connections),
            nodes.Sum(node => (long)node.Figures.Users),
            [.. nodes.Where(node => after is null || string.CompareOrdinal(node.Node, after) > 0).Take(limit).Select(NodePresenceView.Of)],
            user is null ? null : Of(asked, await presence.OfUserAsync(asked))));
    }

    private static UserPresenceView Of(UserId user, IReadOnlyList<UserPresence> presence) => new(
        user.Value,
        presence.Sum(one => one.Sessions.Connections),
        [.. presence.SelectMany(one => one.Sessions.Sessions.Select(session => new SessionView(one.Node, session.Device, session.Transport, session.Since)))]);
}
