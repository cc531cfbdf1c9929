namespace Seckill.Local.Servers;

/// <summary>How a <see cref="MariaDbServer"/> runs.</summary>
public sealed record MariaDbServerOptions
{
    /// <summary>Private directory for data, log and password.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Where the template of an empty data directory is kept; made once and copied for each new server, since installing takes seconds and copying does not.
    /// Default: <c>.local/templates/mariadb</c> of this clone; safe for several processes at once.
    /// </summary>
    public string TemplateDirectory { get; init; } = Path.Combine(Repository.LocalData, "templates", "mariadb");

    /// <summary>Port on 127.0.0.1; default: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>InnoDB's cache, MiB. Default 64: a demo's orders fit many times over.</summary>
    public int BufferPoolMegabytes { get; init; } = 64;

    /// <summary>Further arguments of mariadbd, for example <c>--ssl-cert=…</c>; after the others, so they win.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
