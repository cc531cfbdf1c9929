using System.Text.Json.Serialization;

namespace Seckill.Core.Sales;

/// <summary>Whether a grab needs a token that is handed out from T0 on. In JSON: <c>none | required | single-use</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GrabTokenMode>))]
public enum GrabTokenMode
{
    /// <summary>No token.</summary>
    [JsonStringEnumMemberName("none")]
    None = 0,

    /// <summary>A token of this user for this item; it may be shown until it expires.</summary>
    [JsonStringEnumMemberName("required")]
    Required = 1,

    /// <summary>A token that works once.</summary>
    [JsonStringEnumMemberName("single-use")]
    SingleUse = 2,
}
