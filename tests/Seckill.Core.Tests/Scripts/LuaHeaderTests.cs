using System.Text.RegularExpressions;
using Seckill.Core.Admission;
using Seckill.Core.GrabTokens;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Core.Locking;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Core.WaitingRooms;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Scripts;

/// <summary>
/// Goal: nobody is misled by the header of a script. Method: its names are held against the locals that the script binds, its codes against what the script returns and
/// against the C# enum. What the callers really send is held against the same headers in the integration tests, on a real server.
/// </summary>
public sealed partial class LuaHeaderTests
{
    /// <summary>Enums whose values are codes of a script.</summary>
    private static readonly Type[] CodeTypes =
    [
        typeof(StockStatus), typeof(StockAnswer), typeof(ReleaseStatus), typeof(WarmStatus), typeof(FenceStatus), typeof(SwapStatus), typeof(OpenStatus), typeof(PublishStatus), typeof(MailboxAck),
        typeof(LockVote), typeof(WorkerLeaseAnswer), typeof(GrabClaimAnswer), typeof(BloomPublish), typeof(RevokeStatus), typeof(RoomAnswer), typeof(TransferOpenStatus), typeof(TransferApplyStatus), typeof(TransferSettleStatus),
    ];

    public static TheoryData<string> Scripts => [.. LuaHeader.AllNames];

    [Fact]
    public void AllScripts_AreUnderTest() => LuaHeader.AllNames.Count().ShouldBeGreaterThanOrEqualTo(13);

    [Theory]
    [MemberData(nameof(Scripts))]
    public void KeysAndArguments_AreTheLocalsThatTheScriptBindsThemTo(string script)
    {
        LuaHeader header = LuaHeader.Of(script);

        (header.Keys.Count > 0).ShouldBe(header.RepeatedKeys.Count == 0);
        Bound(header, "KEYS").ShouldBe(Numbered(header.Keys));
        Bound(header, "ARGV").ShouldBe(Numbered(header.Arguments));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void KeysAndArguments_AreReadNowhereElse_ButWhereTheyRepeat(string script)
    {
        LuaHeader header = LuaHeader.Of(script);

        string rest = Binding().Replace(header.Body, string.Empty);

        if (header.RepeatedKeys.Count > 0)
        {
            string[] places = [.. header.RepeatedKeys.Select((_, i) => i == 0 ? "KEYS[first]" : $"KEYS[first + {i}]")];
            string bound = $"local {string.Join(", ", header.RepeatedKeys)} = {string.Join(", ", places)}\n";
            rest.ShouldContain(bound, Case.Sensitive);
            rest = rest.Replace(bound, string.Empty, StringComparison.Ordinal);
        }

        rest.ShouldNotContain("KEYS[", Case.Sensitive);
        if (header.RepeatsFrom == 0)
        {
            rest.ShouldNotContain("ARGV", Case.Sensitive);
            return;
        }

        header.RepeatsFrom.ShouldBe(header.Arguments.Count + 1);
        if (header.RepeatsByName)
        {
            // Counted once, and read by no other way than a place within each name's stretch.
            Match count = RepeatCount().Match(rest);
            count.Success.ShouldBeTrue("Arguments that come name by name are counted by 'local count = (#ARGV - before) / names', and where the next name begins by 'local last = before + count'.");
            int.Parse(count.Groups["before"].ValueSpan).ShouldBe(header.Arguments.Count);
            int.Parse(count.Groups["names"].ValueSpan).ShouldBe(header.Repeated.Count);
            string[] read = [.. RepeatRead().Matches(rest).Select(match => match.Groups["from"].Value).Distinct()];
            read.ShouldBe([$"{header.Arguments.Count}", count.Groups["last"].Value], ignoreOrder: true);
            return;
        }

        Match loop = RepeatLoop().Match(rest);
        loop.Success.ShouldBeTrue("The repeated arguments are walked by 'for i = from, #ARGV, width do', or in runs by 'while at <= #ARGV do'.");
        Number(header, loop.Groups["from"].Value).ShouldBe(header.RepeatsFrom);
        Number(header, loop.Groups["width"].Value).ShouldBe(header.Repeated.Count);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Codes_AreThoseOfTheEnums(string script)
    {
        foreach ((string typeName, SortedDictionary<int, string> codes) in LuaHeader.Of(script).Codes)
        {
            Type type = CodeTypes.SingleOrDefault(type => type.Name == typeName).ShouldNotBeNull($"{script} names {typeName}.");
            codes.ShouldBe(Enum.GetValuesAsUnderlyingType(type).Cast<int>().Order().Select(code => KeyValuePair.Create(code, Enum.GetName(type, code)!)));
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void CodesThatTheScriptReturns_AreInTheHeader(string script)
    {
        LuaHeader header = LuaHeader.Of(script);
        int[] returned = [.. Returned().Matches(header.Body).Select(match => int.Parse(match.Groups["code"].ValueSpan))];

        if (returned.Length > 0)
        {
            // The first code block of a header is that of the whole reply.
            returned.Distinct().Order().ShouldBe(header.Codes.First().Value.Keys);
        }
    }

    [Fact]
    public void EveryEnumOfCodes_StandsInOneHeader() =>
        LuaHeader.AllNames.SelectMany(name => LuaHeader.Of(name).Codes.Keys).Order().ShouldBe(CodeTypes.Select(type => type.Name).Order());

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Header_NamesItsFile_AndSaysWhatIsReturned(string script)
    {
        string text = RedisScript.Load(script).Text;

        text.ShouldStartWith($"-- {script}: ");
        text.ShouldContain("\n-- Returns ");
    }

    private static SortedDictionary<int, string> Numbered(IEnumerable<string> names) => new(names.Index().ToDictionary(pair => pair.Index + 1, pair => pair.Item));

    private static SortedDictionary<int, string> Bound(LuaHeader header, string table)
    {
        SortedDictionary<int, string> bound = [];
        foreach (Match binding in Binding().Matches(header.Body))
        {
            string[] locals = binding.Groups["locals"].Value.Split(", ");
            string[] sources = binding.Groups["sources"].Value.Split(", ");
            sources.Length.ShouldBe(locals.Length, binding.Value);
            foreach ((string local, string source) in locals.Zip(sources))
            {
                if (source.Contains(table, StringComparison.Ordinal))
                {
                    bound.Add(int.Parse(Digits().Match(source).ValueSpan), local);
                }
            }
        }

        return bound;
    }

    private static int Number(LuaHeader header, string text)
    {
        if (int.TryParse(text, out int number))
        {
            return number;
        }

        Match constants = header.Body.Split('\n').Select(line => Constants().Match(line)).Single(match => match.Success && match.Groups["names"].Value.Split(", ").Contains(text));
        return int.Parse(constants.Groups["values"].Value.Split(", ")[Array.IndexOf(constants.Groups["names"].Value.Split(", "), text)]);
    }

    [GeneratedRegex(
        @"^local (?<locals>\w+(, \w+)*) = (?<sources>(tonumber\()?(KEYS|ARGV)\[\d+\]\)?(, (tonumber\()?(KEYS|ARGV)\[\d+\]\)?)*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Binding();

    [GeneratedRegex(
        @"local (?<count>\w+) = \(#ARGV - (?<before>\d+)\) / (?<names>\d+)\nlocal (?<last>\w+) = \k<before> \+ \k<count>\n", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex RepeatCount();

    [GeneratedRegex(@"ARGV\[(?<from>\w+) \+ i\]", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex RepeatRead();

    // The second form steps over several repetitions at once, those of one user: where the next run begins is found by going on by one width until the user changes.
    [GeneratedRegex(
        @"for i = (?<from>\w+), #ARGV, (?<width>\w+) do|local first, (?<at>\w+) = 1, (?<from>\w+)\nwhile \k<at> <= #ARGV do(?s:.*?)after = after \+ (?<width>\w+)\n +until ARGV\[after\] ",
        RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex RepeatLoop();

    [GeneratedRegex(@"^local (?<names>\w+(, \w+)*) = (?<values>\d+(, \d+)*)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Constants();

    [GeneratedRegex(@"(?:return|reply =) \{ (?<code>-?\d+),", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Returned();

    [GeneratedRegex(@"\d+", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Digits();
}
