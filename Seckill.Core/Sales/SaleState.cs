using System.Text.Json.Serialization;

namespace Seckill.Core.Sales;

/// <summary>Whether a sale takes grabs. In JSON and MySQL: <c>scheduled | open | paused | closed</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SaleState>))]
public enum SaleState
{
    /// <summary>Not yet; as a manual state: the window rules.</summary>
    [JsonStringEnumMemberName("scheduled")]
    Scheduled = 0,

    /// <summary>Takes grabs; as a manual state: opened by hand before its window.</summary>
    [JsonStringEnumMemberName("open")]
    Open = 1,

    /// <summary>No longer; as a manual state: closed by hand before its window ended.</summary>
    [JsonStringEnumMemberName("closed")]
    Closed = 2,

    /// <summary>Stopped by a hand for a while, or with all sales by the <see cref="KillSwitch"/>; as a manual state: until a hand lets it go on.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused = 3,
}
