using Seckill.Core.Push;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Push;

public sealed class MailboxPositionTests
{
    [Fact]
    public void TheDefault_IsTheStart()
    {
        MailboxPosition position = default;

        position.ShouldBe(MailboxPosition.Start);
        position.Epoch.ShouldBe(string.Empty);
        position.GetHashCode().ShouldBe(MailboxPosition.Start.GetHashCode());
    }

    [Fact]
    public void Positions_DifferByEpochAndBySeq()
    {
        MailboxPosition position = new("a", 3);

        position.ShouldNotBe(position with { Epoch = "b" });
        position.ShouldNotBe(position with { Seq = 4 });
        (position with { Epoch = string.Empty, Seq = 0 }).ShouldBe(MailboxPosition.Start);
        string epoch;
        (epoch, long seq) = position;
        (epoch, seq).ShouldBe(("a", 3));
    }
}
