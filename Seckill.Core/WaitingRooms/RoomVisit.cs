using Seckill.Core.Grab;

namespace Seckill.Core.WaitingRooms;

/// <summary>The answer to a visit.</summary>
/// <param name="Outcome">Which it is.</param>
/// <param name="Standing">Where the user stands, when waiting or admitted.</param>
/// <param name="Wait">When waiting: the estimate. When refused for now: when to come again.</param>
/// <param name="LookAgain">When waiting: how often the page should look.</param>
/// <param name="Ticket">A new one, when waiting or admitted and the visit was the page's.</param>
/// <param name="Refusal">When <see cref="RoomOutcome.Refused"/>: what a grab would be told.</param>
public readonly record struct RoomVisit(
    RoomOutcome Outcome, RoomStanding Standing = default, TimeSpan Wait = default, TimeSpan LookAgain = default, string? Ticket = null, GrabResult Refusal = default);
