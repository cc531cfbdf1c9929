using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace Seckill.Benchmarks.Budgets;

/// <summary>Holds the bytes that each benchmark allocates against <c>bench/budgets.json</c>. Bytes do not depend on how busy a machine is, so they can fail a build; times are looked at, not gated.</summary>
/// <remarks>
/// Counted over the whole process, in which nothing else runs. Run it with DOTNET_TieredCompilation=0, so that the code is compiled for good from the first call on. What has parameters or a set-up needs a
/// server, and has no budget.
/// </remarks>
internal static class AllocationBudgets
{
    private const int WarmUp = 1_000;
    private const int Measured = 10_000;

    private static readonly MethodInfo RunnerOf = typeof(AllocationBudgets).GetMethod(nameof(Discard), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Reads a file of budgets: <c>folder.class.method</c> -> bytes per operation.</summary>
    public static async Task<Dictionary<string, double>> ReadAsync(string file)
    {
        await using FileStream json = File.OpenRead(file);
        return await JsonSerializer.DeserializeAsync<Dictionary<string, double>>(json) ?? throw new JsonException($"{file} holds nothing.");
    }

    /// <summary>Measures every benchmark that can have a budget: its name -> bytes per operation.</summary>
    public static async Task<Dictionary<string, double>> MeasureAllAsync()
    {
        Dictionary<string, double> bytes = [];
        foreach (Type type in Assembly.GetExecutingAssembly().GetTypes().Where(type => type.GetCustomAttribute<MemoryDiagnoserAttribute>() is not null && !NeedsServers(type)).OrderBy(type => type.FullName))
        {
            object instance = Activator.CreateInstance(type)!;
            foreach (MethodInfo method in type.GetMethods())
            {
                if (method.GetCustomAttribute<BenchmarkAttribute>() is { } benchmark)
                {
                    bytes[$"{type.FullName!["Seckill.Benchmarks.".Length..]}.{method.Name}"] = Math.Round(await MeasureAsync(Runner(instance, method)) / benchmark.OperationsPerInvoke);
                }
            }

            (instance as IDisposable)?.Dispose();
        }

        return bytes;
    }

    private static async Task<double> MeasureAsync(Func<Task> benchmark)
    {
        await RunAsync(benchmark, WarmUp);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await RunAsync(benchmark, Measured);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Measured;
    }

    private static async Task RunAsync(Func<Task> benchmark, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await benchmark();
        }
    }

    private static Func<Task> Runner(object instance, MethodInfo method)
    {
        if (typeof(Task).IsAssignableFrom(method.ReturnType))
        {
            return method.CreateDelegate<Func<Task>>(instance);
        }

        return (Func<Task>)RunnerOf.MakeGenericMethod(method.ReturnType).Invoke(null, [method.CreateDelegate(typeof(Func<>).MakeGenericType(method.ReturnType), instance)])!;
    }

    private static Func<Task> Discard<T>(Func<T> benchmark) => () =>
    {
        benchmark();
        return Task.CompletedTask;
    };

    private static bool NeedsServers(Type type) => type.GetMethods().Any(method => method.GetCustomAttribute<GlobalSetupAttribute>() is not null);
}
