using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Testing;
using Xunit;

namespace Parley.Scenarios.Identity;

/// <summary>A terminal's own key: one for each folder, which only its owner may read.</summary>
public sealed class DeviceKeyTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private string Folder => Directory.CreateDirectory(_home["me"]).FullName;

    private string File => Path.Combine(Folder, DeviceKey.FileName);

    public void Dispose() => _home.Dispose();

    [Fact]
    public void A_folder_has_one_until_it_is_removed()
    {
        var first = DeviceKey.Open(Folder);
        Assert.Equal(first.Key.Person, DeviceKey.Open(Folder).Key.Person);
        Assert.StartsWith("Terminal on ", first.Name, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }

        System.IO.File.Delete(File);
        Assert.NotEqual(first.Key.Person, DeviceKey.Open(Folder).Key.Person);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_damaged_one_is_named_and_left_alone(int length)
    {
        System.IO.File.WriteAllBytes(File, new byte[length]);

        var failure = Assert.Throws<CliException>(() => DeviceKey.Open(Folder));

        Assert.Equal(ExitCode.KeyFile, failure.ExitCode);
        Assert.Contains("device.key is damaged", failure.Message, StringComparison.Ordinal);
        Assert.Equal(length, new FileInfo(File).Length);
    }
}
