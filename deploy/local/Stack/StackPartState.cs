namespace Seckill.Local.Stack;

/// <summary>The life of one part of the stack.</summary>
public enum StackPartState
{
    Starting,
    Ready,
    Stopping,
    Stopped,
}
