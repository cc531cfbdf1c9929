using Microsoft.AspNetCore.SignalR;
using Push.Hub.Diagnostics;

namespace Push.Hub.Hubs;

/// <summary>Measures the clients' calls: how many, how they end, how long they take. A method that the hub does not have never comes this far, so clients cannot make up names.</summary>
internal sealed class CallMeter(TimeProvider time) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        long startedAt = time.GetTimestamp();
        string outcome = "fault";
        try
        {
            object? result = await next(invocationContext);
            outcome = "ok";
            return result;
        }
        catch (HubException)
        {
            outcome = "refused";
            throw;
        }
        finally
        {
            HubMetrics.CallDuration.Record(
                time.GetElapsedTime(startedAt).TotalSeconds,
                new KeyValuePair<string, object?>("method", invocationContext.HubMethodName), new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
