using System.CommandLine;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;
using Seckill.Local;
using Seckill.Local.State;
using Seckill.Ops.Receipts;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary><c>./seckill receipt verify</c>, as an operator runs it: with a key file, or with the key of the stack in this clone.</summary>
public sealed class ReceiptCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void ValidReceipt_PrintsItsFields_Exit0()
    {
        string file = ReceiptKeyFile.Ensure(_directory.Path);

        (int exit, string output) = Run(Sign(file), "--key-file", file);

        exit.ShouldBe(0);
        output.ShouldStartWith("valid\n");
        foreach (string field in new[] { "order     7123456789012345678", "sale      42", "sku       phone", "user      alice", "bucket    3", "epoch     2", "sequence  99" })
        {
            output.ShouldContain(field);
        }
    }

    [Fact]
    public void NoKeyNamed_TheLocalStacksIsTaken() => Run(Sign(ReceiptKeyFile.Ensure(_directory.Path))).Exit.ShouldBe(0);

    [Fact]
    public void ForgedReceipt_IsInvalid_Exit1()
    {
        string receipt = Sign(ReceiptKeyFile.Ensure(_directory.Path));

        (int exit, string output) = Run($"{receipt[..^2]}{(receipt[^2] == 'A' ? 'B' : 'A')}{receipt[^1]}");

        exit.ShouldBe(1);
        output.ShouldContain("invalid: the signature is not that of its content");
    }

    public void Dispose() => _directory.Dispose();

    private static string Sign(string keyFile)
    {
        ReceiptOptions options = new();
        options.KeyFiles.Add(keyFile);
        using ReceiptKeys keys = new(Options.Create(options));
        return new ReceiptSigner(keys).Sign(new Receipt(new OrderId(7_123_456_789_012_345_678), new SaleId(42), new SkuId("phone"), new UserId("alice"), 3, 2, 99));
    }

    private (int Exit, string Output) Run(string receipt, params string[] more)
    {
        Option<DirectoryInfo> data = new("--data") { DefaultValueFactory = _ => new DirectoryInfo(_directory.Path), Recursive = true };
        RootCommand root = new("Operators' commands.") { data, ReceiptCommand.Create(data) };
        using StringWriter output = new() { NewLine = "\n" };
        int exit = root.Parse(["receipt", "verify", receipt, .. more]).Invoke(new InvocationConfiguration { Output = output });
        return (exit, output.ToString());
    }
}
