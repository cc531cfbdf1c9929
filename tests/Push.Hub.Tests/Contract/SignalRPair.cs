using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Push.Hub.Tests.Support;

namespace Push.Hub.Tests.Contract;

/// <summary>SignalR's own manager of a single node in the place of both: it keeps the contract honest, for what fails here is not what SignalR does.</summary>
public sealed class SignalRPair : IManagerPair
{
    public HubLifetimeManager<PlainHub> One { get; } = new DefaultHubLifetimeManager<PlainHub>(NullLogger<DefaultHubLifetimeManager<PlainHub>>.Instance);

    public HubLifetimeManager<PlainHub> Two => One;

    public Task StartAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
