using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Reporting;

/// <summary>The look of HTML reports, inline.</summary>
public static class HtmlStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --bg: #f7f8fa; --card: #fff; --ink: #1c2430; --dim: #5b6675; --rule: #dfe3e9;
          --green: #1f8f55; --gray: #7d8896; --blue: #2f7dc4; --amber: #b98500; --orange: #cc6a1b; --violet: #8258b8; --red: #c93b3b; --teal: #12858c; }
        @media (prefers-color-scheme: dark) { :root { --bg: #12161c; --card: #1b212a; --ink: #e8ecf2; --dim: #9aa6b5; --rule: #323b48;
          --green: #4cc38a; --gray: #94a0b0; --blue: #62aef0; --amber: #e5b84a; --orange: #f0954d; --violet: #b294e6; --red: #f07070; --teal: #4cc4cb; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 1040px; margin: 0 auto; padding: 24px 16px 64px; }
        h1 { font-size: 26px; margin: 0 0 2px; } h2 { font-size: 18px; margin: 32px 0 10px; }
        p.lead { color: var(--dim); margin: 0 0 18px; }
        .verdict { padding: 14px 18px; border-radius: 10px; font-weight: 650; font-size: 17px; color: #fff; background: #1f7a4b; }
        .verdict.fail { background: #b33030; }
        .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; margin-top: 14px; }
        @media (max-width: 640px) { .tiles { grid-template-columns: repeat(2, 1fr); } .card svg { min-width: 560px; } }
        .tile, .card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 12px 14px; overflow-x: auto; }
        .tile b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; } .tile span { color: var(--dim); font-size: 13px; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
        tr:last-child td { border-bottom: 0; } th { color: var(--dim); font-weight: 600; font-size: 13px; }
        td.n, th.n { text-align: right; }
        svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--ink); font: 13px system-ui, sans-serif; } svg .tick, svg .title { fill: var(--dim); font-size: 12px; }
        .grid { stroke: var(--rule); } .line { fill: none; stroke-width: 2; stroke: currentColor; } .bar { fill: currentColor; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; color: var(--dim); font-size: 13px; }
        .legend i { display: inline-block; width: 14px; height: 3px; background: currentColor; margin-right: 6px; vertical-align: middle; }
        .green { color: var(--green); } .gray { color: var(--gray); } .blue { color: var(--blue); } .amber { color: var(--amber); }
        .orange { color: var(--orange); } .violet { color: var(--violet); } .red { color: var(--red); } .teal { color: var(--teal); }
        .held { color: var(--green); font-weight: 600; } .broken { color: var(--red); font-weight: 700; } .unread { color: var(--amber); font-weight: 600; }
        """;

    public static string Colour(Answer answer) => answer switch
    {
        Answer.Accepted => "green",
        Answer.SoldOut => "gray",
        Answer.AlreadyGrabbed => "blue",
        Answer.Throttled => "amber",
        Answer.Unavailable => "orange",
        Answer.Refused => "violet",
        Answer.Error => "red",
        _ => "teal",
    };
}
