using System.Net.Http.Headers;
using Seckill.Core.Ids;

namespace Seckill.LoadTests.Crowd;

/// <summary>One member of the crowd, signed in before T0.</summary>
public sealed record LoadUser(UserId Id, string Token)
{
    /// <summary>Made once: the measured path allots nothing for it.</summary>
    public AuthenticationHeaderValue Authorization { get; } = new("Bearer", Token);
}
