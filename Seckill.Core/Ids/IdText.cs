using System.Buffers;

namespace Seckill.Core.Ids;

/// <summary>The alphabet of ids that come from outside: safe in Redis keys, packed outbox entries, SQL, URLs and logs alike.</summary>
internal static class IdText
{
    /// <summary>Longest id in characters (one byte each). Columns in <c>deploy/mysql</c> have this width.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@|+");

    /// <summary>True for 1 to <see cref="MaxLength"/> characters, all of the alphabet. No colon, space or brace: those delimit keys and entries.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxLength && !text.ContainsAnyExcept(Allowed);
}
