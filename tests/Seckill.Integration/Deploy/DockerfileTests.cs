using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Deploy;

/// <summary>The Dockerfile and its context against the projects that it builds.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] Lines = File.ReadAllLines(DeployFolder.PathOf("docker", "Dockerfile"));
    private static readonly string Text = string.Join('\n', Lines);

    [Fact]
    public void TheImagesOfDotnet_AreOfTheVersionThatTheProjectsTarget()
    {
        XDocument properties = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));
        string version = properties.Descendants("TargetFramework").Single().Value["net".Length..];
        using JsonDocument sdk = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "global.json")));

        Text.ShouldContain($"FROM mcr.microsoft.com/dotnet/sdk:{version}-noble AS build");
        Text.ShouldContain($"FROM mcr.microsoft.com/dotnet/aspnet:{version}-noble AS runtime");
        sdk.RootElement.GetProperty("sdk").GetProperty("version").GetString()!.ShouldStartWith($"{version}.");
        int node = int.Parse(NodeVersion().Match(Text).Groups["version"].Value);
        using JsonDocument client = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "clients", "js", "package.json")));
        client.RootElement.GetProperty("engines").GetProperty("node").GetString().ShouldBe(">=20");
        node.ShouldBeGreaterThanOrEqualTo(20);
        ImagesWithoutTag().IsMatch(Text).ShouldBeFalse("every image has a tag");
    }

    [Theory]
    [InlineData("api", "Seckill.Api")]
    [InlineData("worker", "Seckill.Worker")]
    [InlineData("hub", "Push.Hub")]
    public void EachTarget_StartsItsHost_AndComposeBuildsIt(string target, string project)
    {
        Text.ShouldContain($"FROM runtime AS {target}\nCOPY --from=build /out/{project} .\nENTRYPOINT [\"dotnet\", \"{project}.dll\"]");
        Lines.ShouldContain(line => line.Contains("for host in", StringComparison.Ordinal) && line.Contains(project, StringComparison.Ordinal));
        File.Exists(Path.Combine(Repository.Root, project, $"{project}.csproj")).ShouldBeTrue();

        ComposeFile compose = ComposeFile.Read();
        object? service = compose.Services[compose.Hosts.First(host => host.StartsWith(target, StringComparison.Ordinal))];
        service.Text("build", "target").ShouldBe(target);
        Path.GetFullPath(DeployFolder.PathOf("compose", service.Text("build", "context")!)).ShouldBe(Repository.Root);
        service.Text("build", "dockerfile").ShouldBe("deploy/docker/Dockerfile");
        service.Text("image").ShouldBe($"seckill/{target}:{XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value}");
    }

    [Fact]
    public void TheRuntime_IsNotRoot_HasTheNativeLibrary_AndAsksWhetherItLives()
    {
        Text.ShouldContain("USER $APP_UID");
        Lines.TakeWhile(line => line != "USER $APP_UID").ShouldContain(line => line.Contains("librdkafka1", StringComparison.Ordinal));
        Lines.SkipWhile(line => line != "USER $APP_UID").ShouldNotContain(line => line.StartsWith("RUN", StringComparison.Ordinal));
        Text.ShouldContain("EXPOSE 8080");
        Text.ShouldContain("http://127.0.0.1:8080/healthz/live");
    }

    /// <summary>Everything that the three projects reach - projects, imports, embedded files, what the build itself reads - is in the context; nothing else of the repository is.</summary>
    [Fact]
    public void TheContext_HoldsWhatIsBuilt()
    {
        string[] open = [.. File.ReadLines(DeployFolder.PathOf("docker", "Dockerfile.dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..])];
        open.ShouldAllBe(path => Path.Exists(Path.Combine(Repository.Root, path)));

        HashSet<string> projects = [];
        Queue<string> waiting = new(["Seckill.Api/Seckill.Api.csproj", "Seckill.Worker/Seckill.Worker.csproj", "Push.Hub/Push.Hub.csproj"]);
        while (waiting.TryDequeue(out string? project))
        {
            if (!projects.Add(project))
            {
                continue;
            }

            string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, project))!;
            foreach (XAttribute named in XDocument.Load(Path.Combine(Repository.Root, project)).Descendants().Attributes()
                .Where(attribute => attribute.Name.LocalName is "Include" or "Project" && (attribute.Value.StartsWith("../", StringComparison.Ordinal) || attribute.Parent!.Name.LocalName == "Import")))
            {
                string path = Path.GetRelativePath(Repository.Root, Path.Combine(folder, named.Value.Split('*')[0]));
                open.ShouldContain(entry => path == entry || path.StartsWith(entry + "/", StringComparison.Ordinal) || path.TrimEnd('/') == entry, $"{project} reaches {path}");
                if (named.Parent!.Name.LocalName is "ProjectReference" or "Import")
                {
                    waiting.Enqueue(path);
                }
            }
        }

        projects.Count.ShouldBeGreaterThanOrEqualTo(6);
        foreach (string needed in new[] { "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json" })
        {
            open.ShouldContain(needed);
        }

        open.ShouldAllBe(entry => !entry.StartsWith("tests", StringComparison.Ordinal) && !entry.StartsWith(".git", StringComparison.Ordinal) && entry != "deploy");
    }

    [GeneratedRegex("^FROM node:(?<version>[0-9]+)-", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex NodeVersion();

    [GeneratedRegex("^FROM (?!runtime)[^:\n]+( AS .*)?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex ImagesWithoutTag();
}
