using Push.Hub.Tests.Support;
using Seckill.Local.Faults;
using Shouldly;

namespace Push.Hub.Tests.Faults;

/// <summary>Users with a client each, half of them on either hub, and the flow of their messages; judged at the end.</summary>
internal sealed class HubFaultRun : IAsyncDisposable
{
    private readonly Dictionary<string, CollectingClient> _clients = [];

    private HubFaultRun(MessageFlow flow)
    {
        Flow = flow;
    }

    public MessageFlow Flow { get; }

    public IEnumerable<CollectingClient> Clients => _clients.Values;

    public static async Task<HubFaultRun> StartAsync(HubProcesses hubs, int users)
    {
        string[] names = [.. Enumerable.Range(0, users).Select(_ => Messages.NewUser())];
        HubFaultRun run = new(new MessageFlow(hubs.Redis.Endpoint, names));
        foreach ((int place, string name) in names.Index())
        {
            TcpProxy front = hubs.Fronts[place % hubs.Fronts.Count];
            run._clients.Add(name, await hubs.ConnectAsync(name, front));
        }

        return run;
    }

    /// <summary>Sends a last message to everyone, waits until it is shown, and holds all that was shown against all that was appended.</summary>
    /// <remarks>Messages come in order: what has not come before the last one never will.</remarks>
    public async Task<DeliveryFindings> AuditAsync()
    {
        await Flow.SendAsync(1);
        DeliveryFindings? findings = null;
        foreach ((string user, CollectingClient client) in _clients)
        {
            string last = Flow.Of(user)[^1].Id;
            await Eventually.TrueAsync(() => client.Ids.Contains(last), $"{user} shows {last}");
            DeliveryFindings one = DeliveryAudit.Of(Flow.Of(user), client.Events);
            findings = findings is null ? one : findings + one;
        }

        return findings.ShouldNotBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_clients.Values.Select(client => client.DisposeAsync().AsTask()));
        Flow.Dispose();
    }
}
