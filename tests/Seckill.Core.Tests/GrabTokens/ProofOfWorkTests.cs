using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.GrabTokens;

public sealed class ProofOfWorkTests
{
    private const int Bits = 10;

    [Fact]
    public void Solution_IsTaken_AndItsTokenIsGood()
    {
        using TokenBench bench = new();
        ProofOfWorkChallenge challenge = bench.Work.Ask(TokenBench.Ticket, Bits);

        bench.Work.Check(challenge.Text, TokenBench.Solve(challenge), TokenBench.Ticket, out SolvedChallenge solved).ShouldBe(ProofOfWorkFault.None);

        solved.Bits.ShouldBe(Bits);
        bench.Verify(bench.Signer.Issue(TokenBench.Ticket, solved).Value).ShouldBe(GrabTokenFault.None);
    }

    /// <summary>So one solution pays for one single-use token, though nobody remembers challenges.</summary>
    [Fact]
    public void OneSolutionSentTwice_GivesTheSameToken_AlsoLater()
    {
        using TokenBench bench = new();
        ProofOfWorkChallenge challenge = bench.Work.Ask(TokenBench.Ticket, Bits);
        bench.Work.Check(challenge.Text, TokenBench.Solve(challenge), TokenBench.Ticket, out SolvedChallenge solved);
        IssuedGrabToken first = bench.Signer.Issue(TokenBench.Ticket, solved);

        bench.Time.Advance(TimeSpan.FromSeconds(30));

        bench.Signer.Issue(TokenBench.Ticket, solved).ShouldBe(first);
    }

    [Fact]
    public void EveryNonce_IsWorthTheZeroBitsOfItsHash()
    {
        for (int nonce = 0; nonce < 1_000; nonce++)
        {
            byte[] text = new byte[7 + 8];
            Encoding.ASCII.GetBytes("a.chall").CopyTo(text, 0);
            BinaryPrimitives.WriteInt64BigEndian(text.AsSpan(7), nonce);

            ProofOfWork.LeadingZeroBits("a.chall", nonce).ShouldBe(BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(text))));
        }
    }

    [Fact]
    public void WrongNonce_IsNoWork()
    {
        using TokenBench bench = new();
        ProofOfWorkChallenge challenge = bench.Work.Ask(TokenBench.Ticket, Bits);
        long wrong = Enumerable.Range(0, 1_000).First(nonce => ProofOfWork.LeadingZeroBits(challenge.Text, nonce) < Bits);

        bench.Work.Check(challenge.Text, wrong, TokenBench.Ticket, out SolvedChallenge solved).ShouldBe(ProofOfWorkFault.NotSolved);
        solved.ShouldBe(default);
    }

    [Fact]
    public void ChallengeOfAnother_ForgedOrExpired_IsRefused()
    {
        using TokenBench bench = new();
        using TokenBench stranger = new(null, null, TokenBench.OldKey);
        ProofOfWorkChallenge challenge = bench.Work.Ask(TokenBench.Ticket, Bits);
        long nonce = TokenBench.Solve(challenge);

        bench.Work.Check(challenge.Text, nonce, TokenBench.Ticket with { User = new UserId("mallory") }, out _).ShouldBe(ProofOfWorkFault.Foreign);
        bench.Work.Check(challenge.Text, nonce, TokenBench.Ticket with { Sku = new SkuId("other") }, out _).ShouldBe(ProofOfWorkFault.Foreign);
        bench.Work.Check(challenge.Text, nonce, TokenBench.Ticket with { Sale = new SaleId(43) }, out _).ShouldBe(ProofOfWorkFault.Foreign);
        bench.Work.Check(stranger.Work.Ask(TokenBench.Ticket, 1).Text, nonce, TokenBench.Ticket, out _).ShouldBe(ProofOfWorkFault.Forged);
        bench.Work.Check("nonsense", nonce, TokenBench.Ticket, out _).ShouldBe(ProofOfWorkFault.Forged);
        bench.Work.Check(bench.Signer.Issue(TokenBench.Ticket).Value, nonce, TokenBench.Ticket, out _).ShouldBe(ProofOfWorkFault.Forged, "a token is no challenge");

        bench.Time.Advance(bench.Settings.ChallengeLifetime + bench.Settings.ClockSkew - TimeSpan.FromMilliseconds(1));
        bench.Work.Check(challenge.Text, nonce, TokenBench.Ticket, out _).ShouldBe(ProofOfWorkFault.None);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        bench.Work.Check(challenge.Text, nonce, TokenBench.Ticket, out _).ShouldBe(ProofOfWorkFault.Expired);
    }

    [Fact]
    public void AnEasierChallenge_CannotBeMade()
    {
        using TokenBench bench = new();
        string text = bench.Work.Ask(TokenBench.Ticket, 20).Text;
        for (int i = 0; i < text.Length; i++)
        {
            char[] changed = text.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            bench.Work.Check(changed, 0, TokenBench.Ticket, out _).ShouldBe(ProofOfWorkFault.Forged);
        }
    }
}
