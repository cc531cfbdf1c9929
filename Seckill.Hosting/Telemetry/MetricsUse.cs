namespace Seckill.Hosting.Telemetry;

/// <summary>What becomes of metrics.</summary>
public enum MetricsUse
{
    /// <summary>They are not added up.</summary>
    Off,

    /// <summary>They are served at <c>/metrics</c>.</summary>
    Scraped,

    /// <summary>They are sent to the collector as well, and every measurement is added up twice.</summary>
    ScrapedAndSent,
}
