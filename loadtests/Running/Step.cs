namespace Seckill.LoadTests.Running;

/// <summary>One request of an arrival.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="RunAsync">Sends it for a user and says what came back; never throws for what a server or a network does.</param>
/// <param name="Always">True: it is sent whatever the step before it was answered.</param>
public sealed record Step(string Name, Func<int, Task<StepAnswer>> RunAsync, bool Always = false);
