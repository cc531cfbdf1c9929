using System.Text;

namespace Seckill.Core.Database;

/// <summary>Splits a script into statements.</summary>
internal static class SqlScript
{
    /// <summary>Cuts at semicolons that stand outside quotes and comments; drops <c>-- </c> comments and empty statements. No DELIMITER, no block comments, no backslash before a quote.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        List<string> statements = [];
        StringBuilder current = new();
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                current.Append(c);
                quote = c == quote ? '\0' : quote; // A doubled quote closes and opens again at once.
            }
            else if (IsComment(text, i))
            {
                int end = text.IndexOf('\n', i);
                i = end < 0 ? text.Length : end - 1;
            }
            else if (c == ';')
            {
                Take(current, statements);
            }
            else
            {
                current.Append(c);
                quote = c is '\'' or '"' or '`' ? c : '\0';
            }
        }

        Take(current, statements);
        return statements;
    }

    // As MySQL has it: without white space after them, two dashes are a subtraction of a negative number.
    private static bool IsComment(string text, int at) =>
        text.AsSpan(at).StartsWith("--", StringComparison.Ordinal) && (at + 2 == text.Length || char.IsWhiteSpace(text[at + 2]));

    private static void Take(StringBuilder current, List<string> statements)
    {
        string statement = current.ToString().Trim();
        if (statement.Length > 0)
        {
            statements.Add(statement);
        }

        current.Clear();
    }
}
