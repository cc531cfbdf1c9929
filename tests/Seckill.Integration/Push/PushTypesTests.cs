using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Push;

/// <summary>Goal: the registry, the document and the clients name the same types. No server is needed.</summary>
public sealed partial class PushTypesTests
{
    [Fact]
    public void TheDocument_ShowsTheRegistry_RowForRow()
    {
        string[] shown = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "push-protocol.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => string.Join(" | ", match.Groups["name"].Value, match.Groups["to"].Value, match.Groups["kept"].Value, match.Groups["priority"].Value, match.Groups["ttl"].Value))];

        shown.ShouldBe(PushMessageTypes.All.Select(type => string.Join(" | ", type.Name, To(type), Kept(type), type.Priority == PushPriority.High ? "high" : "normal", $"{(int)type.Ttl.TotalSeconds}")));
    }

    [Fact]
    public void TheDocument_NamesEveryMemberOfEveryPayload()
    {
        Dictionary<string, string> shown = File.ReadLines(Path.Combine(Repository.Root, "docs", "push-protocol.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["payload"].Value);

        foreach (PushMessageType type in PushMessageTypes.All)
        {
            string[] members = [.. Member().Matches(Quoted().Replace(shown[type.Name].Split('`')[1], string.Empty)).Select(match => match.Value).Distinct().Order()];
            members.ShouldBe(Names(type), type.Name);
        }
    }

    [Fact]
    public void EveryNamedType_IsRegistered_AndTheDotnetClientHasTheSameNames()
    {
        string[] registered = [.. PushMessageTypes.All.Select(type => type.Name)];

        registered.ShouldBeUnique();
        Constants(typeof(PushTypes)).ShouldBe(registered, ignoreOrder: true);
        Constants(typeof(Client.Push.PushTypes)).ShouldBe(registered, ignoreOrder: true);
    }

    [Fact]
    public void TheDotnetClientsPayloads_HaveTheSchemasMembers()
    {
        Members<Client.Push.ChatMessage>().Concat(Members<Client.Push.ChatMetadata>()).Distinct().Order()
            .ShouldBe(Names(PushMessageTypes.ChatMessage));
        Members<Client.Push.Notice>().Order().ShouldBe(Names(PushMessageTypes.Notice));
    }

    [Fact]
    public void TheJavaScriptClient_KnowsEveryTypeThatIsShown()
    {
        string messages = File.ReadAllText(Path.Combine(Repository.Root, "clients", "js", "src", "messages.ts"));

        string[] known = [.. KnownInScript().Matches(messages).Select(match => match.Groups["name"].Value)];

        known.ShouldBe(PushMessageTypes.All.Select(type => type.Name).Where(name => name != PushTypes.Position), ignoreOrder: true);
    }

    [Fact]
    public void TheShopPage_KnowsNoTypeThatIsNotRegistered()
    {
        string script = File.ReadAllText(Path.Combine(Repository.Root, "Seckill.Api", "wwwroot", "js", "shop.js"));

        string[] named = [.. TypeInScript().Matches(script).Select(match => match.Groups["name"].Value)];

        named.ShouldNotBeEmpty();
        named.ShouldBeSubsetOf(PushMessageTypes.All.Select(type => type.Name));
    }

    [GeneratedRegex(@"^  '(?<name>[a-z.]+)': true,$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1_000)]
    private static partial Regex KnownInScript();

    private static string To(PushMessageType type) => string.Join(", ", Enum.GetValues<PushAudience>().Where(one => one is not PushAudience.None && type.Audience.HasFlag(one)).Select(one => one switch
    {
        PushAudience.User => "user",
        PushAudience.Watchers => "watchers",
        PushAudience.All => "all",
        _ => "connection",
    }));

    private static string Kept(PushMessageType type) => type.Audience.HasFlag(PushAudience.User) ? "mailbox" : type.KeepsLatest ? "latest" : "no";

    private static string[] Names(PushMessageType type) => [.. Names(JsonElement.Parse(type.Schema.Text)).Distinct().Order()];

    private static IEnumerable<string> Names(JsonElement schema) =>
        schema.TryGetProperty("properties", out JsonElement properties) ? properties.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name))
        : schema.TryGetProperty("items", out JsonElement items) ? Names(items)
        : [];

    private static IEnumerable<string> Constants(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static IEnumerable<string> Members<T>() => typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]);

    [GeneratedRegex(@"^\| `(?<name>[a-z]+\.?[a-z]*)` \| (?<to>[a-z, ]+) \| (?<kept>mailbox|latest|no) \| (?<priority>normal|high) \| (?<ttl>\d+) \| (?<payload>.+) \|$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Row();

    [GeneratedRegex("[a-z][A-Za-z]*", RegexOptions.None, 1_000)]
    private static partial Regex Member();

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 1_000)]
    private static partial Regex Quoted();

    [GeneratedRegex("type === '(?<name>[a-z.]+)'", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex TypeInScript();
}
