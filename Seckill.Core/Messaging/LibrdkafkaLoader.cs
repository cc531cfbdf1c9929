using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>Lets Confluent.Kafka find the native library under the name that the system gives it.</summary>
/// <remarks>
/// The client asks for <c>librdkafka</c> and <c>libdl</c>; Debian's packages hold <c>librdkafka.so.1</c> and <c>libdl.so.2</c> and no unversioned name.
/// A library that came with the <c>librdkafka.redist</c> package is preferred where there is one.
/// </remarks>
public static class LibrdkafkaLoader
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<Assembly> Registered = [];

    /// <summary>Registers the mapping for Confluent.Kafka. Call it before the first Kafka client is built; further calls do nothing. Thread-safe.</summary>
    public static void Register() => Register(typeof(Library).Assembly);

    /// <summary>Registers the mapping for an assembly that calls librdkafka by P/Invoke of its own. Idempotent and thread-safe.</summary>
    /// <exception cref="InvalidOperationException">The assembly has a resolver that somebody else set.</exception>
    public static void Register(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (Gate)
        {
            if (Registered.Add(assembly))
            {
                NativeLibrary.SetDllImportResolver(assembly, Resolve);
            }
        }
    }

    /// <returns>A handle, or zero: then the runtime goes on with its own search and reports what it tried.</returns>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        string? systemName = name switch
        {
            "librdkafka" => "librdkafka.so.1",
            "libdl" => "libdl.so.2",
            _ => null,
        };
        if (systemName is null || NativeLibrary.TryLoad(name, assembly, searchPath, out nint handle))
        {
            return nint.Zero;
        }
        return NativeLibrary.TryLoad(systemName, out handle) ? handle : nint.Zero;
    }
}
