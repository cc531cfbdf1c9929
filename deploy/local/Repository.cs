namespace Seckill.Local;

/// <summary>Where things lie in the clone that this was built in.</summary>
public static class Repository
{
    /// <summary>The folder of <c>Seckill.sln</c>, searched upwards from the running program.</summary>
    /// <exception cref="InvalidOperationException">The program was moved out of its clone.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary><c>.local/</c>: what a stack keeps; ignored by git.</summary>
    public static string LocalData { get; } = Path.Combine(Root, ".local");

    /// <summary>The built program of one of our projects.</summary>
    /// <exception cref="InvalidOperationException">It has not been built in Release.</exception>
    public static string Program(string project)
    {
        string file = Path.Combine(Root, "artifacts", "bin", project, "release", $"{project}.dll");
        return File.Exists(file)
            ? file
            : throw new InvalidOperationException($"{file} is missing: run './seckill build' (or 'dotnet build -c Release') first.");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Seckill.sln")))
            {
                return at.FullName;
            }
        }
        throw new InvalidOperationException($"No Seckill.sln above {AppContext.BaseDirectory}.");
    }
}
