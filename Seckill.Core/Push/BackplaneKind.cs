namespace Seckill.Core.Push;

/// <summary>What a backplane message asks of the nodes that receive it. Values are on the wire: permanent.</summary>
public enum BackplaneKind : byte
{
    /// <summary>Deliver to every connection except <see cref="BackplaneMessage.Excluded"/>.</summary>
    SendAll = 1,

    /// <summary>Deliver to the connections named in <see cref="BackplaneMessage.Targets"/>.</summary>
    SendConnections = 2,

    /// <summary>Deliver to the members of the groups named, except <see cref="BackplaneMessage.Excluded"/>; a member of several gets it once per group.</summary>
    SendGroups = 3,

    /// <summary>Deliver to all connections of the users named.</summary>
    SendUsers = 4,

    /// <summary>Targets = connection, group: put the connection in the group. Answered by <see cref="Done"/> or <see cref="NotHere"/>.</summary>
    AddToGroup = 5,

    /// <summary>Targets = connection, group: take it out. Answered by <see cref="Done"/> or <see cref="NotHere"/>.</summary>
    RemoveFromGroup = 6,

    /// <summary>Targets = connection, invocation id: call the client and send its result back. Answered by <see cref="Done"/> or <see cref="NotHere"/> when it was sent, and later by <see cref="Completion"/>.</summary>
    Invoke = 7,

    /// <summary>Targets = invocation id: nobody waits for this result any longer.</summary>
    Forget = 8,

    /// <summary>To the asking node, <see cref="BackplaneMessage.RequestId"/> says to what: the connection is here and it has been done.</summary>
    Done = 9,

    /// <summary>To the asking node: the connection is not on this node.</summary>
    NotHere = 10,

    /// <summary>To the asking node. Targets = invocation id; payload = the completion message in the client's protocol.</summary>
    Completion = 11,

    /// <summary>A node to itself, each second: proof that its subscription lives.</summary>
    Heartbeat = 12,

    /// <summary>Targets = connection, invocation id: does the client still owe this result? Answered by <see cref="Done"/> or <see cref="NotHere"/>.</summary>
    IsAsked = 13,
}
