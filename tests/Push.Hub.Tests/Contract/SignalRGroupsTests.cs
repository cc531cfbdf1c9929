namespace Push.Hub.Tests.Contract;

/// <summary><see cref="GroupsContract"/> held against SignalR itself.</summary>
public sealed class SignalRGroupsTests() : GroupsContract(new SignalRPair());
