using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Ids;
using Seckill.Core.WaitingRooms;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/sales/{saleId}/waiting-room</c>, see docs/waiting-room.md.</summary>
public static class WaitingRoomEndpoints
{
    /// <summary>The header in which a page shows its ticket.</summary>
    public const string Header = "X-Waiting-Room-Ticket";

    public static void MapWaitingRooms(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder room = app.MapGroup("/api/v1/sales/{saleId}/waiting-room").RequireAuthorization().WithTags("Sales");
        room.MapPost("", JoinAsync).WithName("joinWaitingRoom").WithSummary("Takes a place in the sale's waiting room, or finds the caller's")
            .WithDescription("From the opening on. One place per user, however often he joins. While fewer come than admitPerSecond the answer is admitted at once.")
            .ProducesProblems(
                ProblemTypes.Unauthenticated, ProblemTypes.NotEligible, ProblemTypes.NoWaitingRoom, ProblemTypes.Closed, ProblemTypes.NotOpen, ProblemTypes.WaitingRoomFull,
                ProblemTypes.WaitingRoomUnavailable);
        room.MapGet("", LookAsync).WithName("lookAtWaitingRoom").WithSummary("Where the caller's place stands; says that its page is still there")
            .WithDescription("To be asked every lookAgainMs while waiting. After waiting-room-place-lost, -emptied, -ticket-expired and -ticket-invalid: join again.")
            .ProducesProblems(
                ProblemTypes.Unauthenticated, ProblemTypes.WaitingRoomTicketInvalid, ProblemTypes.NoWaitingRoom, ProblemTypes.WaitingRoomPlaceLost, ProblemTypes.Closed,
                ProblemTypes.ThrottledVisits, ProblemTypes.WaitingRoomUnavailable);
        room.MapDelete("", LeaveAsync).WithName("leaveWaitingRoom").WithSummary("Gives the caller's place back")
            .WithDescription("With ?closing=true, for a page that is being closed: the place is kept for some seconds, and stays the caller's if he looks or joins meanwhile.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.WaitingRoomTicketInvalid, ProblemTypes.UnknownSale, ProblemTypes.ThrottledVisits, ProblemTypes.WaitingRoomUnavailable);
    }

    private static async Task<Results<Ok<WaitingRoomView>, ProblemResult>> JoinAsync(string saleId, ClaimsPrincipal user, WaitingRoom room) =>
        SaleId.TryParse(saleId, out SaleId sale) ? Answer(await room.JoinAsync(sale, user.GetUserId())) : new ProblemResult(ProblemTypes.UnknownSale);

    private static async Task<Results<Ok<WaitingRoomView>, ProblemResult>> LookAsync(
        string saleId, [FromHeader(Name = Header)] string? ticket, ClaimsPrincipal user, WaitingRoom room) =>
        SaleId.TryParse(saleId, out SaleId sale) ? Answer(await room.LookAsync(sale, user.GetUserId(), ticket)) : new ProblemResult(ProblemTypes.UnknownSale);

    private static async Task<Results<NoContent, ProblemResult>> LeaveAsync(
        string saleId, [FromHeader(Name = Header)] string? ticket, bool? closing, ClaimsPrincipal user, WaitingRoom room)
    {
        if (!SaleId.TryParse(saleId, out SaleId sale))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        RoomVisit visit = await room.LeaveAsync(sale, user.GetUserId(), ticket, closing ?? false);
        return visit.Outcome is RoomOutcome.Left ? TypedResults.NoContent() : RoomProblems.Of(visit);
    }

    private static Results<Ok<WaitingRoomView>, ProblemResult> Answer(in RoomVisit visit) =>
        visit.Outcome is RoomOutcome.Waiting or RoomOutcome.Admitted ? TypedResults.Ok(WaitingRoomView.Of(visit)) : RoomProblems.Of(visit);
}
