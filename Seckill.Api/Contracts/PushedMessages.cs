namespace Seckill.Api.Contracts;

/// <summary>What became of the messages, in the order given.</summary>
/// <param name="Messages">One for each.</param>
public sealed record PushedMessages(IReadOnlyList<PushedMessage> Messages);
