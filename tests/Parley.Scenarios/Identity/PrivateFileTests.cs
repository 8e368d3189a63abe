using Parley.Cli.Identity;
using Xunit;

namespace Parley.Scenarios.Identity;

/// <summary>Files that several programs make at once.</summary>
public sealed class PrivateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-private-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Of_many_that_make_a_file_at_once_one_does_and_its_bytes_stay()
    {
        const int Writers = 4;
        for (var round = 0; round < 100; round++)
        {
            var path = Path.Combine(_folder, $"{round}.key");
            using var together = new Barrier(Writers);
            var made = new bool[Writers];
            var threads = Enumerable.Range(0, Writers).Select(i => new Thread(() =>
            {
                together.SignalAndWait();
                made[i] = PrivateFile.TryCreate(path, new[] { (byte)i });
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            var winner = Assert.Single(Enumerable.Range(0, Writers), i => made[i]);
            Assert.Equal([(byte)winner], File.ReadAllBytes(path));
        }

        Assert.Equal(100, Directory.GetFiles(_folder).Length);
    }
}
