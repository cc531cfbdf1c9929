namespace Seckill.Api.Grabs;

/// <summary>Reads <c>/api/v1/sales/{saleId}/items/{skuId}/grabs</c> without the router, which would make a table of texts for each request.</summary>
public static class GrabPath
{
    /// <summary>The same path as the router knows it.</summary>
    public const string Pattern = "/api/v1/sales/{saleId}/items/{skuId}/grabs";

    private const string Head = "/api/v1/sales/";
    private const string Middle = "/items/";
    private const string Tail = "/grabs";

    /// <summary>False: another path. True: one of this shape, whatever stands in its two places. Case counts as little as for the router.</summary>
    public static bool TryRead(ReadOnlySpan<char> path, out ReadOnlySpan<char> sale, out ReadOnlySpan<char> sku)
    {
        sale = sku = default;
        if (!path.StartsWith(Head, StringComparison.OrdinalIgnoreCase) || !path.EndsWith(Tail, StringComparison.OrdinalIgnoreCase) || path.Length <= Head.Length + Tail.Length)
        {
            return false;
        }

        ReadOnlySpan<char> between = path[Head.Length..^Tail.Length];
        int end = between.IndexOf('/');
        if (end < 1 || !between[end..].StartsWith(Middle, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        sale = between[..end];
        sku = between[(end + Middle.Length)..];
        // A per cent sign is an escaped slash that the server left alone: the router knows what it means.
        return !sku.IsEmpty && !sku.ContainsAny('/', '%');
    }
}
