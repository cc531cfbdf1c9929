namespace Seckill.Api.Contracts;

/// <summary>A page of dead letters, newest first; ask for the next one with <c>before</c> = the last id.</summary>
public sealed record DeadLetterList(IReadOnlyList<DeadLetterView> Letters);
