using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Orders;
using Seckill.Api.Problems;
using Seckill.Core.Ids;

namespace Seckill.Api.Endpoints;

/// <summary><c>GET /api/v1/orders</c> and <c>GET /api/v1/orders/{orderId}</c>: the caller's own. Another user's order is as unknown as one that never was.</summary>
public static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder orders = app.MapGroup("/api/v1/orders").RequireAuthorization().WithTags("Orders");
        orders.MapGet("", ListAsync).WithName("listOrders").WithSummary("The caller's orders, newest first")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.DatabaseUnavailable);
        orders.MapGet("/{orderId}", FindAsync).WithName("getOrder").WithSummary("One of the caller's orders")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.UnknownOrder, ProblemTypes.DatabaseUnavailable);
    }

    private static async Task<Ok<OrderList>> ListAsync(ClaimsPrincipal user, OrderLookup lookup, CancellationToken stop) =>
        TypedResults.Ok(new OrderList(await lookup.ListAsync(user.GetUserId(), stop)));

    private static async Task<Results<Ok<OrderView>, ProblemResult>> FindAsync(string orderId, ClaimsPrincipal user, OrderLookup lookup, CancellationToken stop) =>
        OrderId.TryParse(orderId, out OrderId id) && await lookup.FindAsync(user.GetUserId(), id, stop) is { } order
            ? TypedResults.Ok(order)
            : new ProblemResult(ProblemTypes.UnknownOrder);
}
