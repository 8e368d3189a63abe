using Parley.Cli.Terminal;

namespace Parley.Cli.Hosting;

/// <summary>Where things are kept on this machine.</summary>
internal static class DataFolder
{
    /// <summary>The folder for a part of Parley when none is given: <c>~/.local/share/parley/…</c>, or its equivalent of the platform.</summary>
    public static string Default(string part) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "parley", part);

    /// <summary>Makes the folder and makes sure that it can be written. Throws <see cref="CliException"/> with the reason.</summary>
    public static string Prepare(string path)
    {
        try
        {
            var folder = Directory.CreateDirectory(path).FullName;
            using var probe = new FileStream(Path.Combine(folder, $".parley-{Environment.ProcessId}"),
                new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException(ExitCode.DataFolder, $"the data folder {path} cannot be written: {failure.Message}");
        }
    }
}
