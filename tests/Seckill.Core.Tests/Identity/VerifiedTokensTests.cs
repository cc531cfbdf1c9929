using Microsoft.Extensions.Options;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Identity;

public sealed class VerifiedTokensTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly AuthOptions _options = new() { Issuer = "shop", Audience = "seckill" };
    private readonly TokenRevocations _revocations = new();
    private readonly AccessTokens _tokens;

    public VerifiedTokensTests()
    {
        _options.Keys.Add(new SigningKey { Id = "k1", Secret = new string('s', 32) });
        _tokens = new AccessTokens(Options.Create(_options), _time);
    }

    [Fact]
    public void AKnownToken_IsAnsweredFromMemory_UntilItExpires()
    {
        VerifiedTokens verified = Table(64);
        string token = Issue("alice");

        verified.Verify(token, out VerifiedToken? first).ShouldBe(TokenFault.None);
        verified.Verify(token, out VerifiedToken? second).ShouldBe(TokenFault.None);
        second.ShouldBeSameAs(first);

        _time.Advance(_options.TokenLifetime + _options.ClockSkew);
        verified.Verify(token, out second).ShouldBe(TokenFault.Expired);
        second.ShouldBeNull();
    }

    [Fact]
    public void ATokenThatDiffersAnywhere_IsNotTheKnownOne()
    {
        VerifiedTokens verified = Table(64);
        string token = Issue("alice");
        verified.Verify(token, out _).ShouldBe(TokenFault.None);

        for (int i = 0; i < token.Length; i++)
        {
            char[] other = token.ToCharArray();
            other[i] = other[i] == 'A' ? 'B' : 'A';
            // The last character of a part may have bits that mean nothing: such a text is another token of the same meaning, and is verified as one.
            if (verified.Verify(other, out VerifiedToken? seen) is TokenFault.None)
            {
                _tokens.Verify(other, out VerifiedToken? exact).ShouldBe(TokenFault.None);
                seen.ShouldBe(exact);
            }
        }

        verified.Verify(token + "A", out _).ShouldNotBe(TokenFault.None);
        verified.Verify("ä" + token, out _).ShouldBe(TokenFault.Malformed);
    }

    [Fact]
    public void ABadToken_IsNotRemembered()
    {
        VerifiedTokens verified = Table(64);
        string early = Issue("alice");
        _time.Advance(-TimeSpan.FromMinutes(10));
        verified.Verify(early, out _).ShouldBe(TokenFault.NotYetValid);

        _time.Advance(TimeSpan.FromMinutes(10));
        verified.Verify(early, out _).ShouldBe(TokenFault.None);
    }

    [Fact]
    public void AFullTable_ForgetsSome_AndVerifiesAll()
    {
        VerifiedTokens verified = Table(8);
        string[] tokens = [.. Enumerable.Range(0, 100).Select(i => Issue($"user-{i}"))];

        foreach (string token in tokens.Concat(tokens))
        {
            verified.Verify(token, out VerifiedToken? seen).ShouldBe(TokenFault.None);
            seen!.User.Value.ShouldStartWith("user-");
        }

        verified.Count.ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public void ATableOfNothing_VerifiesEveryTime()
    {
        VerifiedTokens verified = Table(0);
        string token = Issue("alice");

        verified.Verify(token, out VerifiedToken? first).ShouldBe(TokenFault.None);
        verified.Verify(token, out VerifiedToken? second).ShouldBe(TokenFault.None);

        second.ShouldBe(first);
        second.ShouldNotBeSameAs(first);
        verified.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(0)]
    public void ARevokedToken_IsRefusedAtOnce_AlsoWhenItWasRemembered(int max)
    {
        VerifiedTokens verified = Table(max);
        string token = Issue("alice"), other = Issue("alice");
        verified.Verify(token, out VerifiedToken? known).ShouldBe(TokenFault.None);

        _revocations.Add(new Revocation(known!.User, known.TokenId!, 0, long.MaxValue));

        verified.Verify(token, out known).ShouldBe(TokenFault.Revoked);
        known.ShouldBeNull();
        verified.Verify(other, out _).ShouldBe(TokenFault.None, "it has an id of its own");
    }

    [Fact]
    public void AllOfAUser_UpToASecond_LaterOnesAreGood()
    {
        VerifiedTokens verified = Table(64);
        string before = Issue("alice"), others = Issue("bob");
        _revocations.Add(new Revocation(new UserId("alice"), string.Empty, _time.GetUtcNow().ToUnixTimeSeconds(), long.MaxValue));

        verified.Verify(before, out _).ShouldBe(TokenFault.Revoked);
        verified.Verify(others, out _).ShouldBe(TokenFault.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        verified.Verify(Issue("alice"), out _).ShouldBe(TokenFault.None);
    }

    public void Dispose() => _tokens.Dispose();

    private string Issue(string user) => _tokens.Issue(new UserId(user), Roles.Buyer).Value;

    private VerifiedTokens Table(int max)
    {
        _options.MaxVerifiedTokens = max;
        return new VerifiedTokens(_tokens, _revocations, Options.Create(_options), _time);
    }
}
