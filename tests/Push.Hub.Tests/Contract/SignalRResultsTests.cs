namespace Push.Hub.Tests.Contract;

/// <summary><see cref="ResultsContract"/> held against SignalR itself.</summary>
public sealed class SignalRResultsTests() : ResultsContract(new SignalRPair())
{
    // There is no other node: the fault is that of the same one.
    protected override Type GoneElsewhere => typeof(IOException);
}
