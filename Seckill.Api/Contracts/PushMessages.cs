namespace Seckill.Api.Contracts;

/// <summary>Messages to be sent to users.</summary>
/// <param name="Messages">1 to 100; together for at most 1,000 receivers.</param>
public sealed record PushMessages(IReadOnlyList<PushDraft?>? Messages);
