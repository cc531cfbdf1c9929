namespace Seckill.Client.Shop;

/// <summary>What became of messages that were sent, in their order.</summary>
/// <param name="Messages">One for each.</param>
public sealed record PushedMessages(IReadOnlyList<PushedMessage> Messages);
