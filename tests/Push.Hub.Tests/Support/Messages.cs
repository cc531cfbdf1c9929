using Seckill.Core.Ids;
using Seckill.Core.Push;

namespace Push.Hub.Tests.Support;

/// <summary>Messages and users for tests.</summary>
public static class Messages
{
    private static int _users;

    /// <summary>A user that no other test has.</summary>
    public static string NewUser() => $"user-{Interlocked.Increment(ref _users)}-{Guid.NewGuid():N}"[..32];

    public static MailboxMessage To(
        string user, string id, PushPriority priority = PushPriority.Normal, int payloadBytes = 2, TimeSpan? ttl = null) =>
        new(new UserId(user), id, PushTypes.OrderCreated, priority, ttl ?? TimeSpan.FromHours(1), Payload(payloadBytes));

    public static IReadOnlyList<MailboxMessage> Series(string user, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => To(user, $"m{i}"))];

    public static IReadOnlyList<string> Ids(int first, int count) => [.. Enumerable.Range(first, count).Select(i => $"m{i}")];

    private static byte[] Payload(int bytes)
    {
        byte[] payload = new byte[Math.Max(bytes, 2)];
        payload.AsSpan().Fill((byte)'x');
        payload[0] = payload[^1] = (byte)'"';
        return payload;
    }
}
