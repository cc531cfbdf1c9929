using Microsoft.AspNetCore.SignalR;
using Push.Hub.Tests.Support;

namespace Push.Hub.Tests.Contract;

/// <summary>Two lifetime managers that share a backplane, or one in the place of both: what the contract is held against.</summary>
public interface IManagerPair : IAsyncDisposable
{
    /// <summary>The first node.</summary>
    HubLifetimeManager<PlainHub> One { get; }

    /// <summary>The second node.</summary>
    HubLifetimeManager<PlainHub> Two { get; }

    /// <summary>Completes when each node hears the other.</summary>
    Task StartAsync();
}
