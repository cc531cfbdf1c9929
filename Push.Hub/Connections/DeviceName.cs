using Microsoft.Extensions.Primitives;

namespace Push.Hub.Connections;

/// <summary>What a client calls its device: the query's <c>device</c>, 1 to 64 letters, digits or <c>-_.</c>.</summary>
internal static class DeviceName
{
    public const int MaxLength = 64;

    /// <summary>Reads it; false when there is one and it is not valid.</summary>
    public static bool TryRead(HttpRequest request, out string? device)
    {
        device = null;
        if (!request.Query.TryGetValue("device", out StringValues values))
        {
            return true;
        }

        device = values.Count == 1 ? values[0] : null;
        return device is { Length: > 0 and <= MaxLength } && device.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
    }
}
