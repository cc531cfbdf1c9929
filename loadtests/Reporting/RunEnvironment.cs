using System.Runtime.InteropServices;

namespace Seckill.LoadTests.Reporting;

/// <summary>Where a run was measured: without it a figure says nothing.</summary>
public static class RunEnvironment
{
    public static string Describe() =>
        $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, "
        + $"{RuntimeInformation.FrameworkDescription}; generator, engine and servers on the same machine";
}
