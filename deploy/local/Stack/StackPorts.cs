namespace Seckill.Local.Stack;

/// <summary>Ports that <c>up</c> takes when they are free and no others are asked for.</summary>
public static class StackPorts
{
    /// <summary>The shop and its API.</summary>
    public const int Api = 5080;

    /// <summary>The push hub.</summary>
    public const int Hub = 5081;
}
