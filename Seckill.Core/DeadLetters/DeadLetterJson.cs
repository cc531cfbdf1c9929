using System.Text.Json.Serialization;

namespace Seckill.Core.DeadLetters;

/// <summary>JSON of column <c>headers</c>: a list, for a name may stand twice.</summary>
[JsonSerializable(typeof(KeyValuePair<string, string>[]))]
internal sealed partial class DeadLetterJson : JsonSerializerContext;
