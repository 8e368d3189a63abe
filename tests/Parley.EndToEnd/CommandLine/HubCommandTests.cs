using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.EndToEnd.App;
using Xunit;

namespace Parley.EndToEnd.CommandLine;

public sealed partial class HubCommandTests(ParleyExecutable executable) : IDisposable
{
    private static readonly string[] HighLimits =
        ["--limit", "frames-per-second=1000000", "--limit", "changes-per-second=1000000", "--limit", "queue-bytes=67108864"];

    private readonly string _folder = Directory.CreateTempSubdirectory("parley-hubcmd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_port_in_use_and_a_folder_in_use_are_one_line_each()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        var port = hub.Address.Port.ToString(CultureInfo.InvariantCulture);
        (await RunAsync("hub", "--port", port, "--data", Path.Combine(_folder, "a"))).FailedInOneLine(3, $"port {port} is in use");

        var data = Path.Combine(_folder, "b");
        await using var holder = new RunningProcess(await executable.PathAsync(), "hub", "--port", "0", "--data", data);
        await holder.ReadUntilAsync("Parley is running");
        var second = await RunAsync("hub", "--port", "0", "--data", data);
        Assert.Equal((4, ""), (second.ExitCode, second.Output));
        Assert.Single(second.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_one_line()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");
        (await RunAsync("hub", "--port", "0", "--data", file)).FailedInOneLine(4, "cannot be written");
    }

    [Fact]
    public async Task It_prints_its_address_and_where_one_becomes_its_owner_and_stops_when_asked()
    {
        await using var hub = new RunningProcess(await executable.PathAsync(), "hub", "--port", "0", "--data", _folder);
        Assert.Matches("^Parley is running at http://127\\.0\\.0\\.1:[0-9]+$", await hub.ReadUntilAsync(""));
        Assert.Matches("^Whoever opens this first becomes its owner: http://127\\.0\\.0\\.1:[0-9]+/claim#code=[-_A-Za-z0-9]{22}$", await hub.ReadUntilAsync(""));
        Assert.Equal(0, await hub.StopAsync());
        Assert.Empty(hub.Errors);
    }

    [Fact]
    public async Task The_app_comes_bounded_and_what_never_changes_is_kept_for_ever()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        using var http = new HttpClient { BaseAddress = hub.Address };
        foreach (var path in (string[])["/", "/channel/anything"])
        {
            using var page = await http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.True(page.Headers.CacheControl?.NoCache, "A page is asked for again each time.");
            var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("'unsafe-eval'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        }

        var assets = await http.GetStringAsync("/service-worker-assets.js", TestContext.Current.CancellationToken);
        var runtime = Runtime().Match(assets).Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/" + runtime);
        request.Headers.AcceptEncoding.ParseAdd("br");
        using var asset = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("immutable", asset.Headers.CacheControl?.ToString() ?? "", StringComparison.Ordinal);
        Assert.Equal("br", Assert.Single(asset.Content.Headers.ContentEncoding));
        using var missing = await http.GetAsync("/_framework/none.js", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://example.org")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "parley.example.org")]
    public async Task Pages_and_names_of_elsewhere_are_refused(string header, string value)
    {
        await using var hub = await HubProcess.StartAsync(executable);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, hub.Address);
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_demo_fills_a_hub_and_a_newcomer_reads_it()
    {
        await using var hub = await HubProcess.StartAsync(executable);
        var demo = await RunAsync("demo", "--hub", hub.Sync.ToString(), "--people", "3", "--messages", "120");
        Assert.True(demo.ExitCode == 0, demo.Errors);
        var link = demo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        var chat = await RunAsync("chat", "--hub", hub.Sync.ToString(), "--join", link, "--data", _folder, "--history", "500", "--json", "#general");
        var lines = chat.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.InRange(lines.Length, 10, 120);
        Assert.All(lines, line => Assert.DoesNotContain('…', line.GetProperty("name").GetString()!));
        Assert.Equal(lines.Select(l => l.GetProperty("at").GetInt64()).Order(), lines.Select(l => l.GetProperty("at").GetInt64()));
    }

    [Fact]
    [Trait("size", "long")]
    public async Task A_hub_can_be_measured()
    {
        await using var hub = new RunningProcess(await executable.PathAsync(), ["hub", "--open", "--port", "0", "--data", _folder, .. HighLimits]);
        var address = (await hub.ReadUntilAsync("Parley is running at ")).Split(' ')[^1];
        var run = await RunAsync("bench", "hub", "--url", address, "--seconds", "1", "--changes", "200", "--connections", "20", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(20, report.GetProperty("idle").GetProperty("connections").GetInt32());
        var results = report.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(9, results.Length);
        Assert.All(results, result => Assert.True(result.GetProperty("perSecond").GetDouble() > 0));
    }

    private Task<CommandRun> RunAsync(params string[] words) => CommandRun.OfAsync(executable, "", words);

    [GeneratedRegex("\"url\": ?\"(_framework/dotnet\\.native\\.[^\"]+\\.wasm)\"")]
    private static partial Regex Runtime();
}
