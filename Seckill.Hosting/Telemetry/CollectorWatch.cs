using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Seckill.Hosting.Telemetry;

/// <summary>Says once that the collector does not take what is sent to it, and once that it does again. Thread-safe.</summary>
/// <remarks>
/// The exporter tells of its fate through an event source of the process and nowhere else; an exporter around it would cost it the service's name, and an HTTP client of ours its certificates. Events
/// are known by their names, which another version may change: then nothing is said, and a test fails.
/// </remarks>
internal sealed class CollectorWatch : EventListener
{
    private const string Source = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    // What stands for the collector as a whole among the addresses that fail: one that nobody can reach takes neither traces nor metrics, and the first that gets through ends it for both.
    private const string Unreachable = "";

    // Of an exception's text, which goes on with its stack.
    private const int MaxFault = 200;

    private readonly Uri _endpoint;
    private readonly string _name;
    private readonly ILogger _log;

    // The collector as a whole, traces, metrics: three entries at most. Traces may be refused for long while metrics pass, and that is one outage, not one at every turn.
    private readonly HashSet<string> _failing = [];

    /// <param name="endpoint">The collector; what is sent to others (tests have several in a process) is nothing to this one.</param>
    /// <param name="log">Where it is said.</param>
    public CollectorWatch(Uri endpoint, ILogger log)
    {
        // Without what may stand before an @.
        (_endpoint, _name, _log) = (endpoint, $"{endpoint.Scheme}://{endpoint.Authority}", log);
        EventSourceCreated += (_, created) =>
        {
            if (created.EventSource?.Name == Source)
            {
                // A success is an event of this level: one for each export, every few seconds.
                EnableEvents(created.EventSource, EventLevel.Informational);
            }
        };
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.Payload is [string address, ..] && Uri.TryCreate(address, UriKind.Absolute, out Uri? sentTo)
            && Uri.Compare(sentTo, _endpoint, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            Heard(eventData.EventName, sentTo.AbsolutePath, eventData.Payload[^1] as string);
        }
    }

    /// <summary>An export ended.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="path">Where to: traces and metrics have a path each.</param>
    /// <param name="fault">What the exporter says.</param>
    internal void Heard(string? name, string path, string? fault)
    {
        lock (_failing)
        {
            switch (name)
            {
                case "ExportSuccess":
                    int before = _failing.Count;
                    _failing.Remove(Unreachable);
                    _failing.Remove(path);
                    if (before > 0 && _failing.Count == 0)
                    {
                        _log.CollectorBack(_name);
                    }

                    break;
                case "FailedToReachCollector" or "TransientHttpError":
                    Failed(Unreachable, fault);
                    break;
                case "HttpRequestFailed" or "RequestTimedOut" or "OperationUnexpectedlyCanceled" or "ExportFailure":
                    Failed(path, fault);
                    break;
            }
        }
    }

    private void Failed(string what, string? fault)
    {
        if (_failing.Add(what) && _failing.Count == 1)
        {
            string first = (fault ?? string.Empty).Split('\n', 2)[0].Trim();
            _log.CollectorAway(_name, first.Length > MaxFault ? first[..MaxFault] : first);
        }
    }
}
