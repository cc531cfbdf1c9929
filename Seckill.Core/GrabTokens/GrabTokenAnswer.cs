using Seckill.Core.Grab;
using Seckill.Core.WaitingRooms;

namespace Seckill.Core.GrabTokens;

/// <summary>The answer to a question for a grab token.</summary>
/// <param name="Kind">Which it is.</param>
/// <param name="Token">When issued.</param>
/// <param name="Challenge">The work to be done, when it is required or was no good.</param>
/// <param name="Refusal">When refused: what a grab would have been told.</param>
/// <param name="Room">When not admitted: what the waiting room said.</param>
public readonly record struct GrabTokenAnswer(GrabTokenAnswerKind Kind, IssuedGrabToken Token = default, ProofOfWorkChallenge? Challenge = null, GrabResult Refusal = default,
    RoomVisit Room = default);
