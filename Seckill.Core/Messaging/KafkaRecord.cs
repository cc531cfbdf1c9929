namespace Seckill.Core.Messaging;

/// <summary>One message to produce.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Key">Decides the partition; null spreads.</param>
/// <param name="Value">The body.</param>
/// <param name="Headers">Names of <see cref="MessageHeaders"/> and their UTF-8 texts.</param>
public sealed record KafkaRecord(string Topic, byte[]? Key, byte[] Value, IReadOnlyList<KeyValuePair<string, string>> Headers);
