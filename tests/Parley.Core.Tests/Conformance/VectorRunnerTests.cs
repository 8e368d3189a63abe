using Parley.Cli.Vectors;
using Xunit;

namespace Parley.Conformance;

public sealed class VectorRunnerTests
{
    [Fact]
    public async Task Every_published_vector_is_reproduced()
    {
        var folder = Environment.GetEnvironmentVariable("PARLEY_CONFORMANCE");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "PARLEY_CONFORMANCE does not name the folder of the conformance vectors.");
        using var output = new StringWriter();

        var (passed, failed) = await VectorRunner.RunAsync(folder!, output);

        Assert.True(failed == 0, output.ToString());
        Assert.Equal(37, passed);
        Assert.EndsWith("37 passed, 0 failed" + output.NewLine, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parleys_own_vectors_run_by_the_same_command()
    {
        using var output = new StringWriter();

        var (passed, failed) = await VectorRunner.RunAsync(Path.Combine(AppContext.BaseDirectory, "vectors"), output);

        Assert.True(failed == 0, output.ToString());
        Assert.Contains("ok  access/named/proofs.json", output.ToString(), StringComparison.Ordinal);
        Assert.True(passed > 1);
    }

    [Theory]
    [InlineData("identity", """{"input":{"seedHex":"SEED"},"expected":{"publicKeyHex":"00","did":"did:key:z6Mk"}}""", "publicKeyHex")]
    [InlineData("identity", """{"input":{"seedHex":"zz"},"expected":{"did":"did:key:z6Mk"}}""", "FAIL")]
    [InlineData("identity", """{"input":{},"expected":{"did":"did:key:z6Mk"}}""", "seedHex")]
    [InlineData("authz", """{"input":{"expression":{"_tag":"public"},"roles":[],"isAuthenticated":true},"expected":{"allowed":false}}""", "allowed")]
    [InlineData("lww", """{"input":{"changes":[]},"expected":{}}""", "nothing can be the root")]
    [InlineData("replication", """{"input":{},"expected":{"supported":["xnet/2.0"]}}""", "supported")]
    [InlineData("astrology", """{"input":{},"expected":{}}""", "unknown suite")]
    [InlineData("identity", """not a vector""", "not a vector")]
    [InlineData("identity", """{"input":5}""", "not a vector")]
    [InlineData("access", """{"format":"parley-access-vectors/9"}""", "unknown format")]
    [InlineData("access", """{"format":"parley-access-vectors/1"}""", "parley-access-vectors/1")]
    public async Task A_vector_that_is_not_reproduced_fails_with_its_reason(string suite, string vector, string why)
    {
        var folder = Directory.CreateTempSubdirectory("parley-vectors-");
        try
        {
            var path = Path.Combine(folder.CreateSubdirectory(suite).FullName, "0001.json");
            await File.WriteAllTextAsync(path, vector.Replace("SEED", new string('a', 64), StringComparison.Ordinal), TestContext.Current.CancellationToken);
            using var output = new StringWriter();

            Assert.Equal((0, 1), await VectorRunner.RunAsync(folder.FullName, output));
            Assert.StartsWith($"FAIL {suite}/0001.json: ", output.ToString(), StringComparison.Ordinal);
            Assert.Contains(why, output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
