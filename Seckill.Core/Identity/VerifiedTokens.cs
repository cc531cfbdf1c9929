using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Identity;

/// <summary>Verifies tokens, and remembers those that were found good: a buyer presses more than once, and the page asks before he does.</summary>
/// <remarks>
/// Kept under the SHA-256 of the whole token, so that neither memory nor a dump holds a secret that works, and one character's difference is another token. An entry
/// is good until the token expires or is revoked, which is asked each time; a key that was taken out needs a restart, which empties the table. Bounded by <see cref="AuthOptions.MaxVerifiedTokens"/>: the table
/// has four places for each hash, and a fifth token takes the place of one of them. Only good tokens enter, so nobody can push others out without tokens of their own.
/// Thread-safe and without locks: a place is one reference, read and written whole.
/// </remarks>
public sealed class VerifiedTokens
{
    private const int Ways = 4;

    private readonly AccessTokens _tokens;
    private readonly TokenRevocations _revocations;
    private readonly TimeProvider _time;
    private readonly TimeSpan _skew;
    private readonly Entry?[] _entries;
    private readonly int _setMask;

    /// <summary>Makes an empty table.</summary>
    public VerifiedTokens(AccessTokens tokens, TokenRevocations revocations, IOptions<AuthOptions> options, TimeProvider time)
    {
        (_tokens, _revocations) = (tokens, revocations);
        _time = time;
        _skew = options.Value.ClockSkew;
        int sets = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, options.Value.MaxVerifiedTokens / Ways));
        _entries = options.Value.MaxVerifiedTokens == 0 ? [] : new Entry?[sets * Ways];
        _setMask = sets - 1;
    }

    /// <summary>Tokens that are remembered now.</summary>
    public int Count => _entries.Count(entry => entry is not null);

    /// <summary>As <see cref="AccessTokens.Verify"/>, and <see cref="TokenFault.Revoked"/> for one that would be good.</summary>
    public TokenFault Verify(ReadOnlySpan<char> token, out VerifiedToken? verified)
    {
        TokenFault fault = Recall(token, out verified);
        if (fault is TokenFault.None && _revocations.IsRevoked(verified!))
        {
            verified = null;
            return TokenFault.Revoked;
        }

        return fault;
    }

    private TokenFault Recall(ReadOnlySpan<char> token, out VerifiedToken? verified)
    {
        if (_entries.Length == 0 || token.Length > AccessTokens.MaxLength)
        {
            return _tokens.Verify(token, out verified);
        }

        Span<ulong> hash = stackalloc ulong[SHA256.HashSizeInBytes / sizeof(ulong)];
        if (!TryHash(token, MemoryMarshal.AsBytes(hash)))
        {
            return _tokens.Verify(token, out verified);
        }

        Span<Entry?> set = _entries.AsSpan(((int)hash[0] & _setMask) * Ways, Ways);
        foreach (ref Entry? place in set)
        {
            if (Volatile.Read(ref place) is { } entry && entry.Is(hash) && _time.GetUtcNow() < entry.Token.ExpiresAt + _skew)
            {
                IdentityMetrics.Remembered.Add(1);
                verified = entry.Token;
                return TokenFault.None;
            }
        }

        IdentityMetrics.Checked.Add(1);
        TokenFault fault = _tokens.Verify(token, out verified);
        if (fault is TokenFault.None)
        {
            // Which of the four must leave is drawn by the hash itself: no order has to be kept.
            Volatile.Write(ref set[(int)(hash[1] % Ways)], new Entry(hash[0], hash[1], hash[2], hash[3], verified!));
        }

        return fault;
    }

    private static bool TryHash(ReadOnlySpan<char> token, Span<byte> hash)
    {
        Span<byte> ascii = token.Length <= 1_024 ? stackalloc byte[1_024] : new byte[AccessTokens.MaxLength];
        if (Ascii.FromUtf16(token, ascii, out int length) is not OperationStatus.Done)
        {
            return false;
        }

        SHA256.HashData(ascii[..length], hash);
        return true;
    }

    private sealed class Entry(ulong a, ulong b, ulong c, ulong d, VerifiedToken token)
    {
        public VerifiedToken Token => token;

        public bool Is(ReadOnlySpan<ulong> hash) => hash[0] == a && hash[1] == b && hash[2] == c && hash[3] == d;
    }
}
