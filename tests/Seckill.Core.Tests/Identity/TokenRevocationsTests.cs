using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Identity;

public sealed class TokenRevocationsTests
{
    private static readonly UserId Alice = new("alice"), Bob = new("bob");

    private readonly TokenRevocations _revocations = new();

    [Fact]
    public void OneToken_IsRevokedForItsUserOnly()
    {
        _revocations.Add(new Revocation(Alice, "a1", 0, 100));

        _revocations.IsRevoked(Token(Alice, "a1", 5)).ShouldBeTrue();
        _revocations.IsRevoked(Token(Alice, "a2", 5)).ShouldBeFalse();
        _revocations.IsRevoked(Token(Alice, null, 5)).ShouldBeFalse();
        _revocations.IsRevoked(Token(Bob, "a1", 5)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(9L, true)]
    [InlineData(10L, true)]
    [InlineData(11L, false)]
    [InlineData(null, true)]
    public void AllOfAUser_GoesByTheTimeOfIssue(long? issuedAt, bool revoked)
    {
        _revocations.Add(new Revocation(Alice, string.Empty, 10, 100));

        _revocations.IsRevoked(Token(Alice, "any", issuedAt)).ShouldBe(revoked);
    }

    [Fact]
    public void WhatIsOver_IsForgotten_AndTheRestStays()
    {
        _revocations.Add(new Revocation(Alice, "old", 0, 50));
        _revocations.Add(new Revocation(Alice, "new", 0, 51));
        _revocations.Add(new Revocation(Bob, "old", 0, 50));

        _revocations.Forget(50);

        _revocations.All.ShouldBe([new Revocation(Alice, "new", 0, 51)]);
        _revocations.IsRevoked(Token(Alice, "new", 1)).ShouldBeTrue();
    }

    [Fact]
    public void EachIsToldOnce()
    {
        List<UserId> told = [];
        _revocations.Revoked += (_, revoked) => told.Add(revoked.User);

        _revocations.Add(new Revocation(Alice, "a1", 0, 100));
        _revocations.Add(new Revocation(Alice, "a1", 0, 100));
        _revocations.Add(new Revocation(Alice, "a2", 0, 100));

        told.ShouldBe([Alice, Alice]);
    }

    [Theory]
    [InlineData("a1", 0L)]
    [InlineData("", 77L)]
    public void ItsText_ReadsBack(string tokenId, long upTo)
    {
        Revocation revocation = new(Alice, tokenId, upTo, 100);

        Revocation.Parse(revocation.ToString()).ShouldBe(revocation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice a1 0")]
    [InlineData("alice a1 x 100")]
    [InlineData("a/b a1 0 100")]
    [InlineData("alice a1 0 100 more")]
    public void AnyOtherText_IsNone(string text) => Revocation.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("a", true)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("ä", false)]
    public void TokenIds_AreVisibleAscii(string? text, bool valid) => Revocation.IsTokenId(text).ShouldBe(valid);

    private static VerifiedToken Token(UserId user, string? id, long? issuedAt) => new(user, Roles.Buyer, DateTimeOffset.MaxValue, id, issuedAt);
}
