using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Seckill.Local.Processes;
using Seckill.Local.Stack;

namespace Seckill.Ops.Doctor;

/// <summary>Ports that <c>./seckill up</c> would like and those that a configuration demands: whether a host can have them, and who has them.</summary>
/// <param name="configuration">As a host would read it; where it names no port, none is checked but those of <c>up</c>.</param>
/// <param name="listeners">Who listens here.</param>
/// <param name="isStackUp">True while this clone's own stack runs.</param>
internal sealed class PortChecks(IConfiguration configuration, Listeners listeners, bool isStackUp)
{
    private const string Area = "ports";

    // As ASP.NET Core reads them: the endpoints of Kestrel go before addresses, those before bare ports.
    private static readonly string[] UrlKeys = ["ASPNETCORE_URLS", "DOTNET_URLS", "URLS"];
    private static readonly string[] PortKeys = ["ASPNETCORE_HTTP_PORTS", "DOTNET_HTTP_PORTS", "HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_HTTPS_PORTS", "HTTPS_PORTS"];

    /// <summary>All of them.</summary>
    public IEnumerable<Finding> Run()
    {
        foreach ((string key, string address) in Configured())
        {
            yield return Demanded(key, address);
        }

        yield return Liked("shop of './seckill up'", StackPorts.Api, "--api-port");
        yield return Liked("hub of './seckill up'", StackPorts.Hub, "--hub-port");
    }

    private IEnumerable<(string Key, string Address)> Configured()
    {
        (string Key, string Address)[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => ($"{endpoint.Path}:Url", endpoint["Url"] ?? string.Empty))];
        // One of the names at most counts, the first that is there.
        (string Key, string Address)[] urls = [.. UrlKeys.Select(key => Values([key]).ToArray()).FirstOrDefault(found => found.Length > 0) ?? []];
        return endpoints.Length > 0 ? endpoints : urls.Length > 0 ? urls : Values(PortKeys);
    }

    private IEnumerable<(string Key, string Address)> Values(IEnumerable<string> keys) => keys.SelectMany(key =>
        (configuration[key] ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(value => (key, value)));

    private Finding Demanded(string key, string address)
    {
        if (Array.Exists(PortKeys, one => one.Equals(key, StringComparison.OrdinalIgnoreCase)))
        {
            // The library that reads addresses takes 'eighty' for a part of the name, and 80 for the port.
            if (!int.TryParse(address, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return new Finding(Area, key, Verdict.Wrong, $"'{address}' is no port", "numbers from 1 to 65535, with ';' between them");
            }

            address = $"http://*:{address}";
        }

        BindingAddress binding;
        try
        {
            binding = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            return new Finding(Area, key, Verdict.Wrong, $"'{address}' is no address to listen on", "http://*:8080, or the bare port in ASPNETCORE_HTTP_PORTS");
        }

        if (binding.IsUnixPipe || binding.IsNamedPipe)
        {
            return new Finding(Area, key, Verdict.NotLooked, $"{address} is no TCP port");
        }

        if (binding.Port is < 1 or > IPEndPoint.MaxPort)
        {
            return new Finding(Area, key, Verdict.Wrong, $"{binding.Port} is no port", "a number from 1 to 65535");
        }

        string check = $"{binding.Port} ({key})";
        return Probe(binding.Host, binding.Port) switch
        {
            null => new Finding(Area, check, Verdict.Ok, "free"),
            SocketError.AddressAlreadyInUse => Taken(check, binding.Port, key),
            SocketError.AccessDenied => new Finding(Area, check, Verdict.Wrong, "this user may not have it", "a port from 1024 on, with a proxy before it; or the capability CAP_NET_BIND_SERVICE for the host"),
            SocketError.AddressNotAvailable => new Finding(Area, check, Verdict.Wrong, $"this machine has no address {binding.Host}", $"correct {key}; '*' means every address of the machine"),
            { } other => new Finding(Area, check, Verdict.NotLooked, $"the kernel says {other}"),
        };
    }

    private Finding Taken(string check, int port, string key)
    {
        Listener? by = listeners.Find(port);
        return by is { IsOurs: true }
            ? new Finding(Area, check, Verdict.Ok, $"taken by {by}: right, if that is the host of this configuration")
            : new Finding(Area, check, Verdict.Wrong, by is null ? "taken" : $"taken by {by}", $"{by?.Remedy(port) ?? "end what has it"}, or give the host another port: {key}. It does not start as it is");
    }

    private Finding Liked(string check, int port, string option)
    {
        if (isStackUp)
        {
            return new Finding(Area, check, Verdict.Ok, "this clone's stack is running: './seckill status' says where");
        }

        if (FreePorts.IsFree(port))
        {
            return new Finding(Area, check, Verdict.Ok, $"{port} is free");
        }

        Listener? by = listeners.Find(port);
        return new Finding(
            Area, check, Verdict.Warning, by is null ? $"{port} is taken" : $"{port} is taken by {by}", $"nothing must be done: 'up' takes another port and says which. To have {port}, {by?.Remedy(port) ?? "end what has it"}; to choose, {option}");
    }

    // Null: a host could listen there now.
    private static SocketError? Probe(string host, int port)
    {
        try
        {
            using TcpListener listener = host switch
            {
                "localhost" => new TcpListener(IPAddress.Loopback, port),
                _ when IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) => new TcpListener(address, port),
                // Kestrel takes every other name for "all addresses".
                _ => TcpListener.Create(port),
            };
            listener.Start();
            return null;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode;
        }
    }
}
