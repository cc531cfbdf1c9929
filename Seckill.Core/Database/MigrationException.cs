namespace Seckill.Core.Database;

/// <summary>The scripts and the database do not agree; a person has to look. Nothing was changed.</summary>
public sealed class MigrationException(string message) : Exception(message);
