namespace Seckill.Api.Problems;

/// <summary>One kind of problem, documented in <c>docs/errors</c>. Names are permanent.</summary>
/// <param name="Name">Kebab case; the last part of the type URI.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">The same for every occurrence.</param>
/// <param name="Detail">What to say when nothing more is known.</param>
public sealed record ProblemType(string Name, int Status, string Title, string Detail);
