namespace Seckill.Chaos.Schedule;

/// <summary>A fault that has struck, and when, UTC; orders count as flowing again from the first reservation after it.</summary>
internal sealed record StruckFault(string Name, DateTime At);
