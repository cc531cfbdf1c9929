using System.Text;
using Seckill.Core.DeadLetters;

namespace Seckill.Api.Contracts;

/// <summary>A message that was put aside, as operators see it. Ids are strings; <c>value</c> is the message as text.</summary>
public sealed record DeadLetterView(
    string Id, string Topic, string Status, string Type, string Cause, string Error, string? Stack, string? Trace, int Attempt, string Origin, string? OrderId, string? SaleId,
    string? SkuId, string? UserId, DateTimeOffset? FirstFailedAt, DateTimeOffset FailedAt, string? Note, string Value)
{
#pragma warning disable CA1308 // The wire format is lower case.
    internal static DeadLetterView Of(DeadLetter letter) => new(
        letter.Id.ToString(), letter.Topic, letter.Status.ToString().ToLowerInvariant(), letter.Type, letter.Cause, letter.Error, letter.Stack, letter.Trace, letter.Attempt,
        letter.Origin, letter.Order?.ToString(), letter.Sale?.ToString(), letter.Sku?.Value, letter.User?.Value, letter.FirstFailedAt, letter.FailedAt, letter.Note,
        Encoding.UTF8.GetString(letter.Message.Value));
#pragma warning restore CA1308
}
