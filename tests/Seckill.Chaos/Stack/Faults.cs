using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Core.Diagnostics;
using Seckill.Local.Stack;

namespace Seckill.Chaos.Stack;

/// <summary>Arms the named fault points of a running process through <c>/dev/faults</c>.</summary>
internal static class Faults
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The process gets SIGKILL when it next reaches the point, after <paramref name="skip"/> passes that go by.</summary>
    public static async Task KillAtAsync(this ServiceProcess service, FaultPoint point, int skip = 0)
    {
        try
        {
            await ArmAsync(service, point, new { action = "kill", skip, times = 1 });
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            // It may be there at once, and die before it has answered; whoever armed it waits for the death in any case.
        }
    }

    /// <summary>The loop meets an exception when it reaches the point.</summary>
    /// <param name="service">The process.</param>
    /// <param name="point">Where.</param>
    /// <param name="times">How often; 0 = each time.</param>
    /// <param name="skip">Passes that go by first.</param>
    public static Task ThrowAtAsync(this ServiceProcess service, FaultPoint point, int times = 1, int skip = 0) =>
        ArmAsync(service, point, new { action = "throw", skip, times });

    /// <summary>Everything that reaches the point waits there.</summary>
    /// <param name="service">The process.</param>
    /// <param name="point">Where.</param>
    /// <param name="delay">How long, up to ten minutes.</param>
    /// <param name="times">How often; 0 = each time.</param>
    public static Task DelayAtAsync(this ServiceProcess service, FaultPoint point, TimeSpan delay, int times = 1) =>
        ArmAsync(service, point, new { action = "delay", delayMs = (int)delay.TotalMilliseconds, times });

    /// <summary>Nothing happens at the point any more.</summary>
    public static async Task DisarmAsync(this ServiceProcess service, FaultPoint point)
    {
        using HttpResponseMessage answer = await Http.DeleteAsync(Of(service, point));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How often an armed point was reached in this life of the process.</summary>
    public static async Task<long> FiredAsync(this ServiceProcess service, FaultPoint point)
    {
        JsonElement counts = await Http.GetFromJsonAsync<JsonElement>(new Uri(service.Url, "/dev/faults"));
        return counts.GetProperty(point.ToString()).GetInt64();
    }

    /// <summary>Waits until the process has died at its armed point.</summary>
    /// <returns>False when it still lives after <paramref name="limit"/>.</returns>
    public static Task<bool> DiesAsync(this ServiceProcess service, TimeSpan limit, CancellationToken stop) =>
        Local.Processes.Deadline.PollAsync(limit, _ => Task.FromResult(!service.IsRunning), stop);

    private static async Task ArmAsync(ServiceProcess service, FaultPoint point, object order)
    {
        using HttpResponseMessage answer = await Http.PutAsJsonAsync(Of(service, point), order);
        answer.EnsureSuccessStatusCode();
    }

    private static Uri Of(ServiceProcess service, FaultPoint point) => new(service.Url, $"/dev/faults/{point}");
}
