using Seckill.Local;
using Seckill.Local.State;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

public sealed class StackLockTests
{
    [Fact]
    public void Held_NobodyElseTakesItAndTheHolderIsNamed()
    {
        using TemporaryDirectory directory = new();

        using (StackLock? held = StackLock.TryTake(directory.Path))
        {
            held.ShouldNotBeNull();
            StackLock.TryTake(directory.Path).ShouldBeNull();
            StackLock.Holder(directory.Path).ShouldBe(Environment.ProcessId);
        }

        StackLock.Holder(directory.Path).ShouldBeNull();
    }

    [Fact]
    public void FileOfADeadStack_IsNoHolder()
    {
        using TemporaryDirectory directory = new();
        // The id of a living process that never held the lock: ids are used again, locks are not.
        File.WriteAllText(directory.Combine("stack.lock"), string.Empty);
        File.WriteAllText(directory.Combine("stack.pid"), $"{Environment.ProcessId}");

        StackLock.Holder(directory.Path).ShouldBeNull();
    }
}
