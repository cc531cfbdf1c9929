namespace Push.Hub.Tests.Support;

/// <summary>A hub without anything of the push service: the backplane serves any hub.</summary>
public sealed class PlainHub : Microsoft.AspNetCore.SignalR.Hub;
