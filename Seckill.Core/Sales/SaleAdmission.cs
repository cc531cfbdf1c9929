namespace Seckill.Core.Sales;

/// <summary>How one sale lets users in, beside what <see cref="Core.Admission.AdmissionOptions"/> says for every sale. Immutable; JSON in MySQL and in the copy that nodes read.</summary>
public sealed record SaleAdmission
{
    /// <summary>Most grabs per second that a sale may be limited to.</summary>
    public const int MaxRatePerSecond = 1_000_000;

    /// <summary>Hardest proof of work that can be asked for, in leading zero bits: about four million hashes, some seconds of a phone.</summary>
    public const int MaxProofOfWorkBits = 22;

    /// <summary>A sale that lets everybody grab at once.</summary>
    public static SaleAdmission Unlimited { get; } = new();

    /// <summary>Grabs per second over all nodes, 0 to <see cref="MaxRatePerSecond"/>; 0 = no limit. How that holds over all of them: <see cref="Core.Admission.SharedTokenBucket"/>.</summary>
    public int RatePerSecond { get; init; }

    /// <summary>Grabs that may come at once on top of the rate, over all nodes; at least 1 when there is a rate.</summary>
    public int Burst { get; init; }

    /// <summary>Whether a grab needs a grab token.</summary>
    public GrabTokenMode GrabToken { get; init; }

    /// <summary>Leading zero bits of the proof of work that a grab token costs while nobody is refused, 0 (none, whatever happens) to <see cref="MaxProofOfWorkBits"/>. Rises with refusals, see <see cref="GrabTokens.ProofOfWorkDifficulty"/>.</summary>
    public int ProofOfWorkBits { get; init; }

    /// <summary>The waiting room in front of the grab tokens; null for none. Only with a <see cref="GrabToken"/>: the door is where the tokens are handed out, so that a grab pays nothing for it.</summary>
    public SaleWaitingRoom? WaitingRoom { get; init; }
}
