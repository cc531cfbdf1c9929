using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Seckill.Core.Receipts;
using Seckill.Local.State;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Receipts;

/// <summary><c>receipt verify</c>: says whether a receipt is ours and what it says. Needs a key and nothing else: no server is asked.</summary>
internal static class ReceiptCommand
{
    public static Command Create(Option<DirectoryInfo> data)
    {
        Argument<string> text = new("receipt") { Description = "The receipt, as the buyer has it." };
        Option<FileInfo?> keyFile = new("--key-file")
        {
            Description = "A file with the key. Default: Seckill:Receipts from the environment, else the key of the local stack in this clone.",
        };
        Command verify = new("verify", "Checks a receipt offline; exit code 0 when it is valid, 1 when not.") { text, keyFile };
        verify.SetAction(arguments => Verify(
            arguments.GetRequiredValue(text), Keys(arguments.GetValue(keyFile), arguments.GetRequiredValue(data)), arguments.InvocationConfiguration.Output));
        return new Command("receipt", "Signed receipts of grabs.") { verify };
    }

    /// <returns>The exit code.</returns>
    internal static int Verify(string text, ReceiptKeys keys, TextWriter output)
    {
        using ReceiptKeys ring = keys;
        ReceiptFault fault = new ReceiptSigner(ring).Verify(text.Trim(), out Receipt receipt);
        if (fault != ReceiptFault.None)
        {
            output.WriteLine($"invalid: {Describe(fault)}");
            return 1;
        }

        output.WriteLine("valid");
        output.WriteLine($"order     {receipt.Order}");
        output.WriteLine($"sale      {receipt.Sale}");
        output.WriteLine($"sku       {receipt.Sku}");
        output.WriteLine($"user      {receipt.User}");
        output.WriteLine($"bucket    {receipt.Bucket}");
        output.WriteLine($"epoch     {receipt.Epoch}");
        output.WriteLine($"sequence  {receipt.Version}");
        output.WriteLine($"reserved  {receipt.ReservedAt:O}");
        return 0;
    }

    private static ReceiptKeys Keys(FileInfo? keyFile, DirectoryInfo data)
    {
        ReceiptOptions options = new();
        if (keyFile is not null)
        {
            options.KeyFiles.Add(keyFile.FullName);
        }
        else
        {
            new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection(ReceiptOptions.Section).Bind(options);
            string local = ReceiptKeyFile.PathIn(data.FullName);
            if (options.Keys.Count + options.KeyFiles.Count == 0 && File.Exists(local))
            {
                options.KeyFiles.Add(local);
            }
        }

        if (options.Keys.Count + options.KeyFiles.Count == 0)
        {
            throw new OpsException("No key: give --key-file, set SECKILL__RECEIPTS__KEYS__0, or run in a clone that has had a local stack.");
        }

        try
        {
            return new ReceiptKeys(Options.Create(options));
        }
        catch (InvalidOperationException fault)
        {
            throw new OpsException(fault.Message);
        }
    }

    private static string Describe(ReceiptFault fault) => fault switch
    {
        ReceiptFault.Malformed => "this is no receipt",
        ReceiptFault.UnknownVersion => "a version that this build does not know",
        ReceiptFault.UnknownKey => "signed with a key that is not in the ring",
        _ => "the signature is not that of its content",
    };
}
