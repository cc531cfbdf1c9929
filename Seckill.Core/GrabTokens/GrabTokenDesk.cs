using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Core.WaitingRooms;

namespace Seckill.Core.GrabTokens;

/// <summary>Hands out grab tokens: from the opening on, to whoever might grab, for work where the sale wants it, to the admitted where it has a waiting room. Thread-safe; no I/O but for such a room, nothing is remembered.</summary>
/// <remarks>
/// Neither token nor challenge exists before T0, so no work can be done ahead. Asking is not limited: it costs us an HMAC or two, less than the bearer token that came with it; a room, which costs
/// a round trip, limits its visits itself. A sale that needs no
/// token hands one out all the same: a client that always asks is right.
/// </remarks>
public sealed class GrabTokenDesk(GrabHandler grabs, GrabTokenSigner signer, ProofOfWork work, ProofOfWorkDifficulty difficulty, WaitingRoom room)
{
    /// <summary>Asks for a token.</summary>
    /// <param name="saleId">The sale.</param>
    /// <param name="sku">The SKU.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="challenge">A challenge of ours that was solved; null to begin.</param>
    /// <param name="nonce">What solves it.</param>
    public async ValueTask<GrabTokenAnswer> AskAsync(SaleId saleId, SkuId sku, UserId user, string? challenge, long nonce)
    {
        if (grabs.Foresee(saleId, sku, user, out Sale? sale) is { } refusal)
        {
            GrabTokenMetrics.Denied(Enum.GetName(refusal.Outcome)!);
            return new GrabTokenAnswer(GrabTokenAnswerKind.Refused, Refusal: refusal);
        }

        // After the refusals that the room could not mend, before any work: nobody works, or waits, for a token that is of no use.
        if (sale!.Admission.WaitingRoom is not null && await room.TurnAwayAsync(sale, user) is { } turnedAway)
        {
            GrabTokenMetrics.Denied(Enum.GetName(turnedAway.Outcome)!);
            return new GrabTokenAnswer(GrabTokenAnswerKind.NotAdmitted, Room: turnedAway);
        }

        GrabTicket ticket = new(saleId, sku, user);
        int bits = difficulty.BitsOf(sale);
        if (bits == 0)
        {
            return Issued(signer.Issue(ticket));
        }

        if (challenge is null)
        {
            return Work(GrabTokenAnswerKind.WorkRequired, ticket, bits);
        }

        ProofOfWorkFault fault = work.Check(challenge, nonce, ticket, out SolvedChallenge solved);
        GrabTokenMetrics.Answered(fault);
        return fault is ProofOfWorkFault.None ? Issued(signer.Issue(ticket, solved)) : Work(GrabTokenAnswerKind.WorkInvalid, ticket, bits);
    }

    private GrabTokenAnswer Work(GrabTokenAnswerKind kind, in GrabTicket ticket, int bits)
    {
        GrabTokenMetrics.Denied(Enum.GetName(kind)!);
        GrabTokenMetrics.Asked(bits);
        return new GrabTokenAnswer(kind, Challenge: work.Ask(ticket, bits));
    }

    private static GrabTokenAnswer Issued(IssuedGrabToken token)
    {
        GrabTokenMetrics.Issued.Add(1);
        return new GrabTokenAnswer(GrabTokenAnswerKind.Issued, token);
    }
}
