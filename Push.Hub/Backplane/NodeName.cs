namespace Push.Hub.Backplane;

/// <summary>This process's name among the hub nodes: random, so that a restarted node is never taken for its former self.</summary>
public sealed class NodeName
{
    /// <summary>32 hexadecimal digits.</summary>
    public string Value { get; } = Guid.NewGuid().ToString("N");
}
