using Seckill.Core.Ids;

namespace Seckill.Core.Push;

/// <summary>Names one of a user's devices: made up by the app and kept by it. 1 to 64 characters out of letters, digits and <c>-_.@|+</c>; the default is no device.</summary>
/// <param name="Value">The text, compared byte by byte (case matters); null for no device.</param>
public readonly record struct DeviceId(string? Value)
{
    /// <summary>Reads a device; false when the text is empty, too long or has a character outside the alphabet.</summary>
    public static bool TryParse(string? text, out DeviceId device)
    {
        bool valid = text is not null && IdText.IsValid(text);
        device = new DeviceId(valid ? text : null);
        return valid;
    }

    /// <summary>The text; empty for no device.</summary>
    public override string ToString() => Value ?? string.Empty;
}
