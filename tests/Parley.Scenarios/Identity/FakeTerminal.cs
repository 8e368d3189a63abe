using System.Text;
using Parley.Cli.Terminal;

namespace Parley.Scenarios.Identity;

/// <summary>A console in memory: somebody with answers ready, or nobody and a text to read.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private readonly Queue<string> _answers;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private FakeTerminal(bool canAsk, IEnumerable<string> answers, string input)
    {
        CanAsk = canAsk;
        _answers = new(answers);
        Input = new StringReader(input);
    }

    public bool CanAsk { get; }

    public TextReader Input { get; }

    public TextWriter Output => new StringWriter(_output);

    public TextWriter Errors => new StringWriter(_errors);

    /// <summary>What was asked for without echo, and what with.</summary>
    public List<string> Questions { get; } = [];

    public string Printed => _output.ToString().Trim();

    public string Said => _errors.ToString();

    /// <summary>What was typed: it must never be written anywhere.</summary>
    public List<string> Secrets { get; } = [];

    /// <summary>A script: nobody to ask, and this on standard input.</summary>
    public static FakeTerminal Script(string input = "") => new(canAsk: false, [], input);

    /// <summary>Somebody who types these, in this order, and then only Ctrl+D.</summary>
    public static FakeTerminal Somebody(params string[] answers) => new(canAsk: true, answers, "");

    public Task<byte[]> AskSecretAsync(string question, int bytesMax, CancellationToken cancellationToken)
    {
        Questions.Add(question);
        var typed = _answers.TryDequeue(out var answer) ? answer : "";
        Secrets.Add(typed);
        return Task.FromResult(Encoding.UTF8.GetBytes(typed));
    }

    public Task<string> AskLineAsync(string question, CancellationToken cancellationToken)
    {
        Questions.Add(question);
        return Task.FromResult(_answers.TryDequeue(out var answer) ? answer : "");
    }
}
