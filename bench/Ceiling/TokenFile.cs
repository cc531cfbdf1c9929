using System.Text;
using Microsoft.Extensions.Options;
using Seckill.Core.Identity;
using Seckill.Core.Ids;

namespace Seckill.Benchmarks.Ceiling;

/// <summary>Bearer tokens of many users, one a line, all of one width, so that a generator can begin anywhere.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Bytes of a line, its newline included.</param>
/// <param name="Count">Tokens in it.</param>
internal sealed record TokenFile(string Path, int Width, int Count)
{
    /// <summary>The user whose token stands in a line.</summary>
    public static UserId UserOf(int line) => new($"buyer-{line:0000000}");

    /// <summary>Issues the tokens as the shop's identity provider would.</summary>
    public static async Task<TokenFile> WriteAsync(string path, int count, AuthOptions auth, CancellationToken stop)
    {
        AccessTokens tokens = new(Options.Create(auth), TimeProvider.System);
        int width = 0;
        await using (StreamWriter file = new(path, append: false, Encoding.ASCII))
        {
            for (int i = 0; i < count; i++)
            {
                stop.ThrowIfCancellationRequested();
                string token = tokens.Issue(UserOf(i), Roles.Buyer).Value;
                int line = token.Length + 1;
                width = width == 0 || width == line ? line : throw new InvalidOperationException("The tokens differ in length.");
                await file.WriteAsync(token);
                await file.WriteAsync('\n');
            }
        }

        return new TokenFile(path, width, count);
    }
}
