namespace Seckill.Hosting.Faults;

/// <summary>What shall happen at a fault point: body of <c>PUT /dev/faults/{point}</c>.</summary>
/// <param name="Action"><c>kill</c> (SIGKILL to this process), <c>throw</c>, or <c>delay</c>.</param>
/// <param name="DelayMs">How long a <c>delay</c> lasts, 0 to 600,000.</param>
/// <param name="Skip">Passes that go by untouched first.</param>
/// <param name="Times">Passes that count after those; 0 = all.</param>
/// <param name="Every">Of the passes that count, each so-manieth is hit: 1 = all, 100 = one in a hundred.</param>
internal sealed record FaultOrder(string Action, int DelayMs = 0, int Skip = 0, int Times = 1, int Every = 1);
