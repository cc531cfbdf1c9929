namespace Push.Hub.Browser;

/// <summary>The installed browser. Playwright's own download is not used: the distribution's package is patched with the system.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <exception cref="InvalidOperationException">None is installed; the message names the package.</exception>
    public static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException(
            "The browser tests need Chromium and found none on PATH: install the package 'chromium' (Debian: apt-get install chromium).");
}
