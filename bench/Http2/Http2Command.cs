using System.CommandLine;
using Seckill.Benchmarks.Ceiling;
using Seckill.Benchmarks.Reporting;
using Seckill.LoadTests.Reporting;
using Seckill.Local.Servers;
using Spectre.Console;

namespace Seckill.Benchmarks.Http2;

/// <summary><c>http2</c>: does it pay to send grabs over few connections that carry many at a time? Sold-out answers, so that HTTP is most of the work.</summary>
internal static class Http2Command
{
    private static readonly Http2Shape[] Shapes =
    [
        new("HTTP/1.1, 256 connections", IsHttp2: false, 256, 1),
        new("HTTP/2, 256 connections of 1", IsHttp2: true, 256, 1),
        new("HTTP/2, 16 connections of 16", IsHttp2: true, 16, 16),
        new("HTTP/2, 2 connections of 128", IsHttp2: true, 2, 128),
    ];

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds; each measures everything once.", DefaultValueFactory = _ => 3 };
        Option<int> seconds = new("--seconds") { Description = "Length of one run.", DefaultValueFactory = _ => 3 };
        Option<FileInfo?> output = new("--out") { Description = "Writes the figures as JSON." };
        CeilingCommand.InRange(rounds, 1, 100);
        CeilingCommand.InRange(seconds, 1, 60);
        Command command = new("http2", "Sold-out answers over HTTP/1.1 and over HTTP/2 with ever fewer connections.") { rounds, seconds, output };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(rounds), TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(output), stop));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, TimeSpan duration, FileInfo? output, CancellationToken stop)
    {
        AnsiConsole.WriteLine("starting the stack");
        await using CeilingServers servers = await CeilingServers.StartAsync(new CeilingSettings(rounds, duration, 256, 1_000, RedisPersistence.None), 1_000, stop);
        Contestant soldOut = servers.Contestants.Single(one => one.Name == "soldOut");
        string path = (await soldOut.PrepareAsync(stop)).Path;
        string token = (await File.ReadAllLinesAsync(servers.Tokens.Path, stop))[0];
        Dictionary<string, List<H2LoadRun>> runs = Shapes.ToDictionary(shape => shape.Name, _ => new List<H2LoadRun>());
        for (int round = 0; round <= rounds; round++)
        {
            foreach (Http2Shape shape in Shapes)
            {
                H2LoadRun run = await H2LoadRun.MeasureAsync(new Uri(shape.IsHttp2 ? servers.Http2Url : soldOut.Process.Url, path), shape, token, duration, soldOut.Process.Pid, stop);
                if (round > 0)
                {
                    runs[shape.Name].Add(run);
                }
            }

            Console.WriteLine($"round {round}{(round == 0 ? " (warm-up)" : "")}");
        }

        double RatioOf(string name) => CeilingRun.Median(runs[name].Zip(runs[Shapes[0].Name], (one, first) => one.Rps / first.Rps));
        double MedianOf(string name, Func<H2LoadRun, double> figure) => CeilingRun.Median(runs[name].Select(figure));
        await BenchReportWriter.WriteAsync(
            new BenchReport(
                "http2", "Sold-out answers over HTTP/1.1 and HTTP/2", ["median", "per s", "/ HTTP/1.1", "mean ms", "its CPU µs"],
                [.. Shapes.Select(shape => (string[])[shape.Name, $"{MedianOf(shape.Name, run => run.Rps):N0}", $"{RatioOf(shape.Name):0.00}", $"{MedianOf(shape.Name, run => run.MeanMs):0.00}", $"{MedianOf(shape.Name, run => run.ServerCpuUs):0.0}"])],
                Shapes[1..].ToDictionary(shape => shape.Name, shape => RatioOf(shape.Name)), $"{rounds} rounds of {duration.TotalSeconds:0} s", new { runs, environment = RunEnvironment.Describe() }),
            output);
        return 0;
    }
}
