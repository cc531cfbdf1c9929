namespace Seckill.Api.Contracts;

/// <summary>The list of a restricted sale after an upload.</summary>
/// <param name="Listed">Users on it.</param>
public sealed record EligibleUsers(int Listed);
