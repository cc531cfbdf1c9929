using System.Text.Json;

namespace Seckill.Local.State;

/// <summary>Reads and writes <c>state.json</c>. It holds the database's password, so only its owner may read it.</summary>
public sealed class StateFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _file;

    /// <param name="directory">The stack's data directory.</param>
    public StateFile(string directory)
    {
        _file = Path.Combine(directory, "state.json");
    }

    /// <summary>Null when there is none, or none that can be read.</summary>
    public LocalState? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<LocalState>(File.ReadAllText(_file), Json);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it in one step: a reader sees the whole file or none.</summary>
    public void Write(LocalState state)
    {
        string partial = $"{_file}.partial";
        File.Delete(partial);
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (FileStream stream = new(partial, options))
        {
            JsonSerializer.Serialize(stream, state, Json);
        }
        File.Move(partial, _file, overwrite: true);
    }

    /// <summary>Does nothing when there is none.</summary>
    public void Delete() => File.Delete(_file);
}
