using System.Security.Claims;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Primitives;
using Push.Hub.Diagnostics;
using Seckill.Core.Admission;
using Seckill.Core.Push;
using Seckill.Hosting.Problems;

namespace Push.Hub.Connections;

/// <summary>Refuses connections before anything is made for them: the upgrade, the negotiation, the first poll. Comes after authorization, so that strangers take nobody's turn.</summary>
/// <remarks>
/// What is a connection: a WebSocket or an event stream lasts as long as its request, so its place is given back when the request ends, whatever ended it. Long polling has one connection
/// over many requests: the first takes the place, the handler that it started gives it back, and the others only pass.
/// </remarks>
internal sealed class ConnectionGateMiddleware(RequestDelegate next, ConnectionGate gate, TimeProvider time)
{
    /// <summary>How long a connection's handler may take to begin after the first poll was answered: it waits for a thread of the pool. Over it the place is given back.</summary>
    private static readonly TimeSpan BeginTimeout = TimeSpan.FromSeconds(30);

    private const string DeviceParameter = "device";

    public Task InvokeAsync(HttpContext context)
    {
        // Without a user the request has not passed authorization: a preflight, or no hub at all.
        if (context.GetEndpoint() is not { Metadata: { } metadata } || metadata.GetMetadata<HubMetadata>() is null || context.User.FindFirstValue(ClaimTypes.NameIdentifier) is not { } user)
        {
            return next(context);
        }

        ClientAddress address = ClientAddress.Of(context.Connection.RemoteIpAddress);
        if (metadata.GetMetadata<NegotiateMetadata>() is not null)
        {
            return gate.Negotiate(user, address) is { } refusal ? RefuseAsync(context, refusal) : next(context);
        }

        string? token = context.Request.Query["id"];
        bool isNegotiated = !string.IsNullOrEmpty(token);
        ConnectionSlot? known = isNegotiated ? gate.Find(token!) : null;
        if (known is not null && known.User != user)
        {
            return NoSuchConnectionAsync(context);
        }

        if (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsDelete(context.Request.Method) || (isNegotiated ? known is not null : !context.WebSockets.IsWebSocketRequest))
        {
            return next(context); // A send, a further poll, or nothing that SignalR takes for a connection.
        }

        StringValues named = context.Request.Query[DeviceParameter];
        if (!DeviceId.TryParse(named, out DeviceId device) && named.Count > 0)
        {
            return RefuseAsync(context, ConnectRefusal.BadDevice);
        }

        ConnectionSlot slot = gate.NewSlot(user, address, device, isNegotiated ? token : null);
        return gate.Enter(slot, isPaid: isNegotiated) is { } full ? RefuseAsync(context, full) : RunAsync(context, slot);
    }

    // SignalR takes whoever knows a connection's token for its owner, if only he has some good token of his own; and it stands in addresses, which proxies write down. The answer is SignalR's own to
    // a token that it does not know: that there is such a connection is nobody else's to hear.
    private static Task NoSuchConnectionAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync("No Connection with that ID");
    }

    private async Task RunAsync(HttpContext context, ConnectionSlot slot)
    {
        context.Features.Set(slot);
        if (context.Features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true } accepting)
        {
            context.Features.Set<IHttpWebSocketFeature>(new KeptWebSocket(accepting, slot));
        }

        bool mayBeginLater = false;
        try
        {
            await next(context);
            mayBeginLater = !context.WebSockets.IsWebSocketRequest && context.Response.StatusCode < StatusCodes.Status400BadRequest;
        }
        finally
        {
            if (mayBeginLater)
            {
                _ = ReleaseUnlessBegunAsync(slot);
            }
            else
            {
                gate.ReleaseUnlessBegun(slot);
            }
        }
    }

    private async Task ReleaseUnlessBegunAsync(ConnectionSlot slot)
    {
        try
        {
            await slot.Begun.Task.WaitAsync(BeginTimeout, time);
        }
        catch (TimeoutException)
        {
            gate.ReleaseUnlessBegun(slot);
        }
    }

    private Task RefuseAsync(HttpContext context, ConnectRefusal refusal)
    {
        HubMetrics.ConnectsRefused.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));
        ProblemDetails problem = Problem.Create(refusal.Name, refusal.Status, refusal.Title, refusal.Detail);
        problem.Extensions["code"] = refusal.Code;
        if (refusal.Status != StatusCodes.Status400BadRequest)
        {
            // Whole seconds are all the header can say; rounded up, so that nobody is told to come too early.
            context.Response.Headers.RetryAfter = ((long)Math.Ceiling(gate.RetryAfter(refusal).TotalSeconds)).ToString();
        }

        return Problem.WriteAsync(context, problem);
    }
}
