using StackExchange.Redis;

namespace Seckill.Core.Push;

/// <summary>The Redis channels of one hub: one for all nodes and one for each node. Never one per user, group or connection.</summary>
/// <param name="Hub">Name of the hub, lower-case letters and digits.</param>
public readonly record struct BackplaneChannels(string Hub)
{
    /// <summary>The channels of the push hub, which the Worker and the Api write to as well.</summary>
    public static readonly BackplaneChannels Push = new("push");

    /// <summary>Every node listens: messages to all, groups, users and to connections whose node is not known. Payload: <see cref="BackplaneMessage"/>.</summary>
    public RedisChannel All => $"seckill:hub:{Hub}:all";

    /// <summary>What a node's name is put behind to give its channel.</summary>
    public string NodePrefix => $"seckill:hub:{Hub}:node:";

    /// <summary>One node listens: replies, heartbeats and wake-ups. Payload: <see cref="BackplaneMessage"/> or <see cref="MailboxWake"/>.</summary>
    public RedisChannel Node(string node) => NodePrefix + node;
}
