namespace Seckill.Core.Messaging;

/// <summary>How the broker's topics compare with <see cref="KafkaTopics"/>.</summary>
/// <param name="Differences">One text each, naming topic and difference; empty when all is as it must be.</param>
/// <param name="SettingsChecked">False when the broker does not tell retention, cleanup policy and minimum of in-sync copies: then only names, partitions and copies were compared.</param>
public sealed record KafkaTopicReport(IReadOnlyList<string> Differences, bool SettingsChecked);
