namespace Seckill.Api.Audit;

/// <summary>Says under which name an endpoint's actions stand in the audit log.</summary>
/// <param name="Name"><c>thing.verb</c>; permanent.</param>
/// <param name="Target">What is acted on, with the route's parameters in braces: <c>sale/{saleId}</c>.</param>
internal sealed record AuditedAction(string Name, string Target)
{
    /// <summary>The target of one request.</summary>
    public string TargetOf(RouteValueDictionary route)
    {
        string target = Target;
        foreach ((string name, object? value) in route)
        {
            target = target.Replace($"{{{name}}}", value?.ToString(), StringComparison.Ordinal);
        }

        return target;
    }
}
