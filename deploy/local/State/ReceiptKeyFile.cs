using System.Security.Cryptography;

namespace Seckill.Local.State;

/// <summary>The key that a stack signs receipts with: a file in its data directory that only its owner may read. It stays for the next stack there, so that old receipts can be verified.</summary>
public static class ReceiptKeyFile
{
    private const string Name = "receipts.key";

    /// <summary>Where the file is, there or not.</summary>
    public static string PathIn(string directory) => Path.Combine(Path.GetFullPath(directory), Name);

    /// <summary>Makes the file with a random key unless it is there.</summary>
    /// <returns>Its path.</returns>
    public static string Ensure(string directory)
    {
        string file = PathIn(directory);
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(directory);
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using StreamWriter writer = new(new FileStream(file, options));
            writer.Write(RandomNumberGenerator.GetHexString(64, lowercase: true));
        }

        return file;
    }
}
