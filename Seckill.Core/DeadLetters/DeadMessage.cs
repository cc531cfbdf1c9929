namespace Seckill.Core.DeadLetters;

/// <summary>What a message was before it was put aside: enough to put it back.</summary>
/// <param name="Key">Its key; null when it had none.</param>
/// <param name="Value">Its body.</param>
/// <param name="Headers">Its headers, without those that tell of its failure.</param>
public sealed record DeadMessage(byte[]? Key, byte[] Value, IReadOnlyList<KeyValuePair<string, string>> Headers);
