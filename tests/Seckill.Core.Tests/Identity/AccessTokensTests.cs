using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Identity;

public sealed class AccessTokensTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";

    private readonly ManualTime _time = new();
    private readonly AccessTokens _tokens;

    public AccessTokensTests()
    {
        _tokens = Create(("k1", Secret));
    }

    [Fact]
    public void Issued_Verifies_UntilItExpires()
    {
        AccessToken token = _tokens.Issue(new UserId("alice"), Roles.Buyer);

        _tokens.Verify(token.Value, out VerifiedToken? verified).ShouldBe(TokenFault.None);
        verified.ShouldBe(new VerifiedToken(new UserId("alice"), Roles.Buyer, token.ExpiresAt, verified!.TokenId, _time.GetUtcNow().ToUnixTimeSeconds()));
        verified.TokenId!.Length.ShouldBe(22);

        _time.Advance(TimeSpan.FromHours(8) + TimeSpan.FromSeconds(31));
        _tokens.Verify(token.Value, out verified).ShouldBe(TokenFault.Expired);
        verified.ShouldBeNull();
    }

    [Fact]
    public void RotatedKey_OldTokensStillVerify_NewOnesUseTheFirst()
    {
        string old = _tokens.Issue(new UserId("alice"), Roles.Buyer).Value;
        AccessTokens rotated = Create(("k2", new string('n', 32)), ("k1", Secret));

        rotated.Verify(old, out _).ShouldBe(TokenFault.None);
        _tokens.Verify(rotated.Issue(new UserId("alice"), Roles.Buyer).Value, out _).ShouldBe(TokenFault.UnknownKey);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS384")]
    [InlineData("RS256")]
    [InlineData("hs256")]
    public void OtherAlgorithms_AreRefused_EvenWithAGoodSignature(string algorithm) =>
        Verify($$"""{"alg":"{{algorithm}}","kid":"k1"}""", GoodClaims()).ShouldBe(TokenFault.WrongAlgorithm);

    [Fact]
    public void EmptySignature_IsRefused()
    {
        string token = _tokens.Issue(new UserId("alice"), Roles.Admin).Value;

        _tokens.Verify(token.AsSpan(0, token.LastIndexOf('.') + 1), out _).ShouldBe(TokenFault.BadSignature);
    }

    [Fact]
    public void ChangedPayload_IsRefused()
    {
        string[] parts = _tokens.Issue(new UserId("alice"), Roles.Buyer).Value.Split('.');
        string forged = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(GoodClaims(role: Roles.Admin)));

        _tokens.Verify($"{parts[0]}.{forged}.{parts[2]}", out _).ShouldBe(TokenFault.BadSignature);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("!!.!!.!!")]
    [InlineData("bm90IGpzb24.bm90IGpzb24.AAAA")]
    public void Garbage_IsMalformed(string token) => _tokens.Verify(token, out _).ShouldBe(TokenFault.Malformed);

    [Fact]
    public void Oversized_IsMalformed() =>
        _tokens.Verify(new string('a', AccessTokens.MaxLength + 1), out _).ShouldBe(TokenFault.Malformed);

    [Theory]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{\"alg\":3}")]
    public void HeaderOfAnotherShape_IsRefused(string header) =>
        Verify(header, GoodClaims()).ShouldBeOneOf(TokenFault.Malformed, TokenFault.WrongAlgorithm);

    [Fact]
    public void WrongIssuerAudienceTimesAndClaims_AreToldApart()
    {
        Check(GoodClaims(issuer: "other"), TokenFault.WrongIssuer);
        Check(GoodClaims(audience: "\"other\""), TokenFault.WrongAudience);
        Check(GoodClaims(audience: "[\"other\",\"seckill\"]"), TokenFault.None);
        Check(GoodClaims(audience: "[3]"), TokenFault.WrongAudience);
        Check(GoodClaims(role: "root"), TokenFault.MissingClaims);
        Check(GoodClaims(subject: "a b"), TokenFault.MissingClaims);
        Check(GoodClaims(expires: "\"tomorrow\""), TokenFault.MissingClaims);
        Check(GoodClaims(expires: "1e30"), TokenFault.MissingClaims);
        Check(GoodClaims(notBefore: Seconds(+120)), TokenFault.NotYetValid);
        Check(GoodClaims(notBefore: Seconds(+20)), TokenFault.None);
        Check(GoodClaims(expires: Seconds(-31)), TokenFault.Expired);
        Check(GoodClaims(expires: Seconds(-10)), TokenFault.None);
    }

    [Fact]
    public void WeakMissingOrDoubleKeys_AreNamed()
    {
        AuthOptions options = new() { Issuer = "i", Audience = "a" };
        options.Keys.Add(new SigningKey { Id = "k", Secret = "short" });
        options.Keys.Add(new SigningKey { Id = "k", Secret = Secret });

        string[] faults = [.. options.Validate(new(options)).Select(fault => fault.ErrorMessage!)];

        faults.Length.ShouldBe(2);
        faults[0].ShouldContain("Keys[0].Secret");
        faults[1].ShouldContain("one id");
    }

    [Fact]
    public void SigningKey_NeverPrintsItsSecret() =>
        new SigningKey { Id = "k", Secret = Secret }.ToString().ShouldNotContain(Secret);

    private void Check(string claims, TokenFault expected) =>
        Verify("""{"alg":"HS256","kid":"k1"}""", claims).ShouldBe(expected, claims);

    private TokenFault Verify(string header, string claims)
    {
        string signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        byte[] signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed));
        return _tokens.Verify($"{signed}.{Base64Url.EncodeToString(signature)}", out _);
    }

    private string GoodClaims(
        string issuer = "shop", string audience = "\"seckill\"", string subject = "alice", string role = Roles.Buyer, string? expires = null, string? notBefore = null) =>
        $$"""{"iss":"{{issuer}}","aud":{{audience}},"sub":"{{subject}}","role":"{{role}}","exp":{{expires ?? Seconds(60)}},"nbf":{{notBefore ?? Seconds(0)}}}""";

    private string Seconds(long offset) => (_time.GetUtcNow().ToUnixTimeSeconds() + offset).ToString();

    private AccessTokens Create(params (string Id, string Secret)[] keys)
    {
        AuthOptions options = new() { Issuer = "shop", Audience = "seckill" };
        foreach ((string id, string secret) in keys)
        {
            options.Keys.Add(new SigningKey { Id = id, Secret = secret });
        }

        return new AccessTokens(Options.Create(options), _time);
    }
}
