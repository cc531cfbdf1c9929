namespace Seckill.Core.Admission;

/// <summary>What came of reading a filter.</summary>
/// <param name="Fault">Why there is none; <see cref="BloomFault.None"/> when there is.</param>
/// <param name="Filter">Null with a fault.</param>
/// <param name="Version">Version of what it was made of.</param>
internal readonly record struct BloomLoad(BloomFault Fault, BloomFilter? Filter = null, long Version = 0);
