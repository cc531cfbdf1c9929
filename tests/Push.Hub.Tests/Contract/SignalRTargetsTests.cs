namespace Push.Hub.Tests.Contract;

/// <summary><see cref="TargetsContract"/> held against SignalR itself.</summary>
public sealed class SignalRTargetsTests() : TargetsContract(new SignalRPair());
