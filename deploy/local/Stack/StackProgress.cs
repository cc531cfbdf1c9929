namespace Seckill.Local.Stack;

/// <summary>What happens to one part of the stack.</summary>
/// <param name="Part">For example <c>redis</c> or <c>api</c>.</param>
/// <param name="State">What happens.</param>
/// <param name="Detail">Address and the like, once it is ready; else empty.</param>
/// <param name="Took">How long it took, once it is ready or stopped.</param>
public sealed record StackProgress(string Part, StackPartState State, string Detail, TimeSpan Took);
