namespace Seckill.Core.Push;

/// <summary>How much a message matters when room is short. On the wire: <c>normal</c>, <c>high</c>.</summary>
public enum PushPriority
{
    /// <summary>May be trimmed first.</summary>
    Normal = 0,

    /// <summary>Results of the user's own orders.</summary>
    High = 1,
}
