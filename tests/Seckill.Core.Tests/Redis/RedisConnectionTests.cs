using Seckill.Core.Redis;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Redis;

public sealed class RedisConnectionTests
{
    [Fact]
    public async Task CommandCancelledByTheClientLibrary_IsAnUnknownOutcome_NotACancellation()
    {
        // The library cancels commands whose connection was torn down; a loop would take it for the host's stop and end.
        using RedisConnection connection = new("127.0.0.1:1,connectTimeout=100", "tests");

        await Should.ThrowAsync<TimeoutException>(() => connection.RunAsync(_ => Task.FromCanceled<bool>(new CancellationToken(canceled: true))));
    }
}
