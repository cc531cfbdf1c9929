using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;

namespace Seckill.Benchmarks.Ceiling;

/// <summary>What a run asks for.</summary>
/// <param name="Path">Of the grab.</param>
/// <param name="Tickets">User -> what his grab token must say; null: none is needed.</param>
internal sealed record PreparedGrab(string Path, Func<UserId, GrabTicket>? Tickets = null);
