using Seckill.Core.Ids;

namespace Seckill.Core.Identity;

/// <summary>Something of a user was revoked.</summary>
/// <param name="user">The user.</param>
public sealed class TokensRevokedEventArgs(UserId user) : EventArgs
{
    /// <summary>The user.</summary>
    public UserId User => user;
}
