using System.Collections.Concurrent;
using Microsoft.Playwright;
using Parley.Browser.Interop;
using Parley.EndToEnd.Calls;

namespace Parley.EndToEnd.Modules;

/// <summary>
/// A tab that holds the modules. The C# above a module runs in the test's process, on one thread at a time as in a browser:
/// calls and answers go through <see cref="Thread"/>.
/// </summary>
internal sealed class ModulePage
{
    private readonly ConcurrentExclusiveSchedulerPair _turns = new();

    private ModulePage(IPage page) => Page = page;

    public IPage Page { get; }

    public static async Task<ModulePage> OpenAsync(IBrowserContext browser, ModuleServer server)
    {
        var page = new ModulePage(await browser.NewPageAsync());
        page.Storage = new ModuleAnswers(page);
        page.Keys = new ModuleAnswers(page);
        await page.Page.ExposeFunctionAsync<int, int, string, bool>("storageAnswered", page.Storage.Answered);
        await page.Page.ExposeFunctionAsync<int, int, string, bool>("keysAnswered", page.Keys.Answered);
        await page.Page.ExposeFunctionAsync<string>("tabReceived", json => page.Turn(() => page.Received?.Invoke(json)));
        await page.Page.ExposeFunctionAsync("tabLeads", () => page.Turn(() => page.Leads?.Invoke()));
        await page.Page.ExposeFunctionAsync<int, string, bool>("webrtcFact", page.TakeFact);
        await page.Page.ExposeFunctionAsync<string>("devicesChanged", json => page.Turn(() => page.DevicesChanged?.Invoke(json)));
        await page.Page.ExposeFunctionAsync<double>("levelMeasured", level => page.Turn(() => page.LevelMeasured?.Invoke(level)));
        await page.Page.ExposeFunctionAsync<string>("buttonPressed", button => page.Turn(() => page.ButtonPressed?.Invoke(button)));
        await page.Page.ExposeFunctionAsync<string, bool, bool>("controlsChanged", page.ControlsChanged);
        await page.Page.AddInitScriptAsync(CallProbe.Script);
        await page.Page.GotoAsync(server.Address);
        await page.Page.WaitForFunctionAsync("() => globalThis.harness");
        return page;
    }

    public ModuleAnswers Storage { get; private set; } = null!;

    public ModuleAnswers Keys { get; private set; } = null!;

    public Action<string>? Received { get; set; }

    /// <summary>Who takes the facts of a call's engine.</summary>
    public ConcurrentDictionary<int, Action<string>> Facts { get; } = new();

    public Action<string>? DevicesChanged { get; set; }

    public Action<double>? LevelMeasured { get; set; }

    public Action? Leads { get; set; }

    public Action<string>? ButtonPressed { get; set; }

    /// <summary>Who is told of "awake", "picture" and "poppedOut".</summary>
    public ConcurrentDictionary<string, Action<bool>> Controls { get; } = new();

    private bool TakeFact(int engine, string json)
    {
        Turn(() => Facts.GetValueOrDefault(engine)?.Invoke(json));
        return true;
    }

    private bool ControlsChanged(string fact, bool isSo)
    {
        Turn(() => Controls.GetValueOrDefault(fact)?.Invoke(isSo));
        return true;
    }

    /// <summary>Runs on the tab's only thread.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.None, _turns.ExclusiveScheduler).Unwrap();

    public void Turn(Action work) =>
        _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, _turns.ExclusiveScheduler);

    /// <summary>Calls a function of harness.js in its turn, from any thread.</summary>
    public void CallInTurn(string function, object? argument = null) => Turn(() => Call(function, argument));

    /// <summary>As the other, for its answer.</summary>
    public Task<string> AskAsync(string function, object? argument = null) =>
        RunAsync(() => Page.EvaluateAsync<string>($"argument => harness.{function}(argument)", argument), CancellationToken.None);

    /// <summary>Calls a function of harness.js without waiting, as an import does.</summary>
    public void Call(string function, object? argument = null) => _ = Page.EvaluateAsync($"argument => void harness.{function}(argument)", argument);
}

/// <summary>The answers that a module's page has sent over.</summary>
internal sealed class ModuleAnswers(ModulePage page) : IAnswers
{
    private readonly ConcurrentDictionary<int, string> _answers = new();

    /// <summary>Who is told, on the tab's thread.</summary>
    public Action<int, int>? Done { get; set; }

    /// <summary>An answer came over; the true goes back to the page, which does not look at it.</summary>
    public bool Answered(int call, int length, string answer)
    {
        _answers[call] = answer;
        page.Turn(() => Done?.Invoke(call, length));
        return true;
    }

    public void Take(int call, Span<byte> into)
    {
        _answers.TryRemove(call, out var answer);
        Convert.FromBase64String(answer!).CopyTo(into);
    }

    public string TakeError(int call)
    {
        _answers.TryRemove(call, out var answer);
        return answer!;
    }
}
