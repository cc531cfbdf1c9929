using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.GrabTokens;

/// <summary>Instruments of grab tokens and proofs of work.</summary>
internal static class GrabTokenMetrics
{
    public static readonly Counter<long> Issued = SeckillMeter.Meter.CreateCounter<long>("seckill.grab_tokens.issued", "{token}", "Grab tokens handed out; those that cost work may be counted more than once.");

    public static readonly Counter<long> Unsettled =
        SeckillMeter.Meter.CreateCounter<long>("seckill.grab_tokens.unsettled", "{token}", "Single-use tokens whose use could not be written down, or given back: their claims end by themselves.");

    private static readonly Counter<long> DeniedTokens =
        SeckillMeter.Meter.CreateCounter<long>("seckill.grab_tokens.denied", "{token}", "Grab tokens not handed out, by cause.");

    private static readonly Counter<long> RefusedTokens =
        SeckillMeter.Meter.CreateCounter<long>("seckill.grab_tokens.refused", "{grab}", "Grabs whose token was missing or not good, by cause.");

    private static readonly Counter<long> Challenges =
        SeckillMeter.Meter.CreateCounter<long>("seckill.proof_of_work.challenges", "{challenge}", "Challenges by what became of them: issued, solved, or why a solution was refused.");

    private static readonly Histogram<int> Difficulty =
        SeckillMeter.Meter.CreateHistogram<int>("seckill.proof_of_work.difficulty", "{bit}", "Leading zero bits that challenges ask for.");

    public static void Denied(string cause) => DeniedTokens.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public static void Refused(string cause) => RefusedTokens.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public static void Asked(int bits)
    {
        Challenges.Add(1, new KeyValuePair<string, object?>("outcome", "Issued"));
        Difficulty.Record(bits);
    }

    public static void Answered(ProofOfWorkFault fault) =>
        Challenges.Add(1, new KeyValuePair<string, object?>("outcome", fault is ProofOfWorkFault.None ? "Solved" : Enum.GetName(fault)));
}
