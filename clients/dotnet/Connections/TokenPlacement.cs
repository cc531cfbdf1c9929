namespace Seckill.Client.Connections;

/// <summary>Where a bearer token stands in the WebSocket's opening request.</summary>
public enum TokenPlacement
{
    /// <summary>In the Authorization header: kept out of access logs.</summary>
    Header,

    /// <summary>In the query as <c>access_token</c>, as browsers must.</summary>
    Query,
}
