using System.Text.Json;
using FsCheck.Fluent;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Ids;

public sealed class IdParsingTests
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("9223372036854775807", true)]
    [InlineData("9223372036854775808", false)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("+1", false)]
    [InlineData(" 1", false)]
    [InlineData("1e3", false)]
    [InlineData("", false)]
    public void SaleId_TakesOnlyPlainPositiveNumbers(string text, bool valid) =>
        SaleId.TryParse(text, out _).ShouldBe(valid);

    [Theory]
    [InlineData("alice@example.com", true)]
    [InlineData("tenant|user-1_x.y+z", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a b", false)]
    [InlineData("a:b", false)]
    [InlineData("a{b}", false)]
    [InlineData("a\nb", false)]
    [InlineData("用户", false)]
    public void UserId_TakesOnlyWhatIsSafeInKeysAndEntries(string? text, bool valid) =>
        UserId.TryParse(text, out _).ShouldBe(valid);

    [Fact]
    public void UserId_LongerThan64_IsRefused()
    {
        UserId.TryParse(new string('a', 64), out _).ShouldBeTrue();
        UserId.TryParse(new string('a', 65), out _).ShouldBeFalse();
    }

    [Fact]
    public void Json_IdsAreStrings_AndNumbersAreRefused()
    {
        JsonSerializer.Serialize(new SaleId(long.MaxValue)).ShouldBe("\"9223372036854775807\"");
        JsonSerializer.Deserialize<OrderId>("\"42\"").ShouldBe(new OrderId(42));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<OrderId>("42"));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<SkuId>("\"a b\""));
    }

    [Fact]
    public void UserShard_SpreadsEvenly()
    {
        int[] counts = new int[SnowflakeIds.ShardCount];
        for (int i = 0; i < 64_000; i++)
        {
            counts[UserShard.Of(new UserId($"user-{i}"))]++;
        }

        // 1,000 expected in each; six standard deviations of a fair spread are about 190.
        counts.Min().ShouldBeGreaterThan(800);
        counts.Max().ShouldBeLessThan(1_200);
    }

    [Fact]
    public void UserShard_IsTheSameForEver() =>
        // Order ids in MySQL carry this answer: a change strands every order of the user. FNV-1a of "a" is 0xE40C292C, folded 0x20.
        new[] { "a", "user-1", "alice@example.com" }.Select(user => UserShard.Of(new UserId(user))).ShouldBe([32, 39, 34]);

    [Fact]
    public void AnyOrderId_SurvivesTextAndJson() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int, int>((high, low) =>
        {
            OrderId id = new((((long)(high & int.MaxValue)) << 32) | ((uint)low | 1u));
            return OrderId.TryParse(id.ToString(), out OrderId read) && read == id
                && JsonSerializer.Deserialize<OrderId>(JsonSerializer.Serialize(id)) == id;
        }));
}
