using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Core.Reconciliation;

/// <summary>Source-generated JSON of the reports: camel case.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = false)]
[JsonSerializable(typeof(ReconciliationReport))]
[JsonSerializable(typeof(IReadOnlyList<ReconciliationReport>))]
public sealed partial class ReconciliationJson : JsonSerializerContext;
