using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.Push;

/// <summary>Presence as it stands in Redis.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NodeFigures))]
[JsonSerializable(typeof(NodeSessions))]
internal sealed partial class PresenceJson : JsonSerializerContext;
