using System.Text.Json;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>
/// Every package that restores for any project, drawn in or named, against <c>deploy/security/advisories.json</c>, a dated list. It knows what was known then, and of common packages only: a
/// feed that serves advisories knows more (SECURITY.md says how to ask it), but one that serves none calls everything clean.
/// </summary>
public sealed class PackageAuditTests
{
    private static readonly string ListFile = Path.Combine(Repository.Root, "deploy", "security", "advisories.json");
    private static readonly (string Package, string Id, Version From, Version Before)[] Advisories = Read();

    [Fact]
    public void NoPackage_HasAnAdvisoryOfTheList()
    {
        string[] restored = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "artifacts", "obj"), "project.assets.json", SearchOption.AllDirectories).SelectMany(PackagesOf).Distinct()];

        restored.Length.ShouldBeGreaterThan(20, "what restore has resolved is read");
        restored.SelectMany(package => AdvisoriesOf(package).Select(id => $"{package}: {id}")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Newtonsoft.Json/12.0.1", true)]
    [InlineData("newtonsoft.json/13.0.1", false)]
    [InlineData("OpenTelemetry.Api/1.11.1", true)]
    [InlineData("OpenTelemetry.Api/1.20.1", false)]
    [InlineData("System.Text.Json/8.0.5-preview.1", true)]
    [InlineData("System.Text.Json/7.0.3", true)]
    [InlineData("System.Text.Json/9.0.0", false)]
    [InlineData("System.Net.Http/4.1.4", false)]
    [InlineData("Microsoft.OpenApi/2.7.4", true)]
    [InlineData("Microsoft.OpenApi/2.13.0", false)]
    public void TheList_IsRead(string package, bool affected) => AdvisoriesOf(package).Any().ShouldBe(affected);

    /// <summary>Whoever adds an advisory says where he has it from, and bounds that can be met.</summary>
    [Fact]
    public void EveryAdvisory_SaysHowItWasConfirmed_AndHasBoundsThatGrow()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(ListFile));
        foreach (JsonElement one in document.RootElement.GetProperty("advisories").EnumerateArray())
        {
            string id = one.GetProperty("id").GetString()!;
            id.ShouldMatch("^(CVE-[0-9]{4}-[0-9]{4,}|GHSA(-[0-9a-z]{4}){3})$");
            one.GetProperty("confirmed").GetString().ShouldBeOneOf("record", "account");
            Version[] bounds = [.. one.GetProperty("affected").EnumerateArray().SelectMany(range => range.EnumerateArray()).Select(bound => Version.Parse(bound.GetString()!))];
            bounds.Length.ShouldBeGreaterThan(0, id);
            bounds.ShouldBe(bounds.Order().Distinct(), id);
        }
    }

    private static IEnumerable<string> AdvisoriesOf(string package)
    {
        string[] parts = package.Split('/');
        // A preview counts as what came before its version.
        bool isPreview = parts[1].Contains('-', StringComparison.Ordinal);
        Version version = Version.Parse(parts[1].Split('-', '+')[0]);
        return Advisories.Where(one => one.Package.Equals(parts[0], StringComparison.OrdinalIgnoreCase) && version >= one.From && (version < one.Before || (isPreview && version == one.Before)))
            .Select(one => one.Id);
    }

    private static IEnumerable<string> PackagesOf(string assets)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
        return [.. document.RootElement.GetProperty("libraries").EnumerateObject().Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name)];
    }

    private static (string, string, Version, Version)[] Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(ListFile));
        return [.. document.RootElement.GetProperty("advisories").EnumerateArray().SelectMany(one => one.GetProperty("affected").EnumerateArray().Select(range =>
            (one.GetProperty("package").GetString()!, one.GetProperty("id").GetString()!, Version.Parse(range[0].GetString()!), Version.Parse(range[1].GetString()!))))];
    }
}
