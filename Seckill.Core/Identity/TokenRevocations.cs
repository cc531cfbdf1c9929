using System.Collections.Concurrent;
using Seckill.Core.Ids;

namespace Seckill.Core.Identity;

/// <summary>The revocations that this node knows of. Asking costs one look-up, and nothing while there is none.</summary>
/// <remarks>Thread-safe. Only <see cref="RevocationLoop"/> writes. Bounded by what Redis keeps, <see cref="RevocationStore.MaxEntries"/>, and what has expired since.</remarks>
public sealed class TokenRevocations
{
    private readonly ConcurrentDictionary<UserId, Revocation[]> _byUser = new();
    private volatile bool _any;

    /// <summary>Told of each user of whom something new was revoked, after it holds. Handlers must return at once.</summary>
    public event EventHandler<TokensRevokedEventArgs>? Revoked;

    /// <summary>True once what Redis has was read; until then a revoked token may pass, so the node is not ready.</summary>
    public bool IsLoaded { get; internal set; }

    /// <summary>All of them.</summary>
    internal IEnumerable<Revocation> All => _byUser.Values.SelectMany(one => one);

    /// <summary>Whether a token that is good otherwise was revoked. One without an id can only be revoked with all of its user's, one without <c>iat</c> counts as issued before any revocation.</summary>
    public bool IsRevoked(VerifiedToken token)
    {
        if (!_any || !_byUser.TryGetValue(token.User, out Revocation[]? revocations))
        {
            return false;
        }

        foreach (Revocation revocation in revocations)
        {
            if (revocation.TokenId.Length == 0 ? (token.IssuedAt ?? 0) <= revocation.IssuedUpTo : revocation.TokenId == token.TokenId)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds one. Adding it twice changes nothing.</summary>
    internal void Add(Revocation revocation)
    {
        if (_byUser.TryGetValue(revocation.User, out Revocation[]? known) && known.Contains(revocation))
        {
            return;
        }

        _byUser.AddOrUpdate(revocation.User, static (_, added) => [added], static (_, before, added) => [.. before, added], revocation);
        _any = true;
        Revoked?.Invoke(this, new TokensRevokedEventArgs(revocation.User));
    }

    /// <summary>Forgets those that speak of expired tokens only.</summary>
    internal void Forget(long nowSeconds)
    {
        foreach ((UserId user, Revocation[] revocations) in _byUser)
        {
            if (Array.Exists(revocations, one => one.ExpiresAt <= nowSeconds))
            {
                Revocation[] left = Array.FindAll(revocations, one => one.ExpiresAt > nowSeconds);
                _ = left.Length > 0 ? _byUser.TryUpdate(user, left, revocations) : _byUser.TryRemove(KeyValuePair.Create(user, revocations));
            }
        }

        _any = !_byUser.IsEmpty;
    }
}
