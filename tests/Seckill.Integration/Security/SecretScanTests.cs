using System.Diagnostics;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>Goal: no secret in the repository, nor in what it once held. Method: every line of every tracked file, and every line that any commit added, against <see cref="SecretRules"/>.</summary>
public sealed class SecretScanTests
{
    private const long LargestText = 2 * 1024 * 1024;

    // Put together here, so that this file holds none.
    [Theory]
    [InlineData("private key", "-----BEGIN RSA PRIVATE", " KEY-----")]
    [InlineData("private key", "-----BEGIN PRIVATE", " KEY-----")]
    [InlineData("token of a known service", "aws = AKIA", "ABCDEFGHIJKLMNOP")]
    [InlineData("token of a known service", "ghp_", "0123456789abcdefghijABCDEFGHIJ0123456789")]
    [InlineData("token of a known service", "xoxb-", "123456789012-abcdefghijkl")]
    [InlineData("JSON Web Token", "eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg")]
    [InlineData("password in an address", "mysql://root:", "hunter2hunter2@db:3306")]
    [InlineData("secret in an assignment", "Seckill__Auth__Keys__0__Secret=", "8f3a1c9be07d4562a1b0c3d4e5f60718")]
    [InlineData("secret in an assignment", "  password: \"", "Zk3vQ9xL2mN8pR5tW7yB4cD6\"")]
    [InlineData("secret in an assignment", "[\"Seckill:Auth:Keys:0:Secret\"] = \"", "8f3a1c9be07d4562a1b0c3d4e5f60718\"")]
    public void ASecret_IsFound(string rule, string start, string rest) => SecretRules.Find(start + rest).ShouldBe(rule);

    [Theory]
    [InlineData("Seckill__Auth__Keys__0__Secret=${AUTH_SECRET:?set it}")]
    [InlineData("password = RandomNumberGenerator.GetHexString(32, lowercase: true);")]
    [InlineData("[\"Seckill:Receipts:Keys:0\"] = \"the key of these tests, long enough\"")]
    [InlineData("SECKILL__REDIS=host:6380,password=<yours>,ssl=true")]
    [InlineData("public static readonly ProblemType GrabTokenRequired = new(\"grab-token-required\")")]
    [InlineData("see https://example.org/a:b@c")]
    [InlineData("token=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void WhatIsNone_IsLeftAlone(string line) => SecretRules.Find(line).ShouldBeNull();

    [Fact]
    public async Task TrackedFiles_HoldNoSecret()
    {
        List<string> found = [];
        int files = 0;
        await foreach (string name in GitAsync("ls-files"))
        {
            string path = Path.Combine(Repository.Root, name);
            if (!File.Exists(path) || new FileInfo(path).Length > LargestText)
            {
                continue; // Deleted and not yet committed, or a measurement's raw data.
            }

            files++;
            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (SecretRules.Find(line) is { } rule)
                {
                    found.Add($"{name}:{number}: {rule}");
                }
            }
        }

        found.ShouldBeEmpty();
        files.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task History_HoldsNoSecret()
    {
        List<string> found = [];
        string commit = "?";
        await foreach (string line in GitAsync("log", "-p", "-U0", "--no-color", "--no-ext-diff", "--no-textconv", "--format=commit %h"))
        {
            if (line.StartsWith("commit ", StringComparison.Ordinal))
            {
                commit = line;
            }
            else if (line.StartsWith('+') && SecretRules.Find(line[1..]) is { } rule)
            {
                found.Add($"{commit}: {rule}");
            }
        }

        found.ShouldBeEmpty();
    }

    private static async IAsyncEnumerable<string> GitAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("git", ["-c", "core.quotePath=false", "-C", Repository.Root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process git = Process.Start(start)!;
        Task<string> errors = git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await git.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            yield return line;
        }

        await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        git.ExitCode.ShouldBe(0, $"git {arguments[0]}: {await errors}");
    }
}
