using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.WaitingRooms;

/// <summary>Source-generated JSON of the rooms' progress: camel case.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RoomProgressPush))]
internal sealed partial class RoomProgressJson : JsonSerializerContext;
