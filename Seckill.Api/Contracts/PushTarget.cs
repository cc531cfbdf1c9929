namespace Seckill.Api.Contracts;

/// <summary>Receivers: exactly one of these.</summary>
/// <param name="User">One user.</param>
/// <param name="Users">1 to 1,000 users, each once.</param>
/// <param name="Group"><c>sale:{saleId}</c>: who watches the sale just now.</param>
/// <param name="All">True: who is connected just now.</param>
public sealed record PushTarget(string? User, IReadOnlyList<string?>? Users, string? Group, bool? All);
