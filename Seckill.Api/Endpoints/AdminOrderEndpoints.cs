using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Ids;
using Seckill.Core.Orders.Timeline;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/orders</c>: anybody's order, for operators.</summary>
public static class AdminOrderEndpoints
{
    public static void MapAdminOrders(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder orders = app.MapGroup("/api/v1/admin/orders").RequireAuthorization(BearerTokenRegistration.ViewerPolicy).WithTags("Admin");
        orders.MapGet("/{orderId}/trace", TraceAsync).WithName("traceOrder").WithSummary("When an order took each step, from the grab to the buyer's confirmation")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownOrder, ProblemTypes.DatabaseUnavailable);
    }

    private static async Task<Results<Ok<OrderTraceView>, ProblemResult>> TraceAsync(string orderId, OrderTimelineReader timelines, CancellationToken stop) =>
        OrderId.TryParse(orderId, out OrderId id) && await timelines.FindAsync(id, stop) is { } timeline
            ? TypedResults.Ok(OrderTraceView.Of(timeline))
            : new ProblemResult(ProblemTypes.UnknownOrder);
}
