using System.Globalization;

namespace Parley.Cli.Terminal;

/// <summary>What was given to a command: options as <c>--name value</c> or <c>--name=value</c>, and operands.</summary>
internal sealed class Arguments
{
    private readonly Command _command;
    private readonly List<(string Name, string Value)> _options = [];
    private readonly List<string> _operands = [];

    private Arguments(Command command) => _command = command;

    public bool WantsHelp { get; private set; }

    /// <summary>Reads the words after a command's name. Throws a usage <see cref="CliException"/> that names what is wrong.</summary>
    public static Arguments Parse(Command command, IEnumerable<string> words)
    {
        var arguments = new Arguments(command);
        var queue = new Queue<string>(words);
        var onlyOperands = false;
        while (queue.TryDequeue(out var word))
        {
            if (onlyOperands || !word.StartsWith('-') || word == "-")
            {
                arguments._operands.Add(word);
            }
            else if (word == "--")
            {
                onlyOperands = true;
            }
            else if (word is "-h" or "-?" or "--" + Option.HelpName)
            {
                arguments.WantsHelp = true;
            }
            else
            {
                arguments.TakeOption(word, queue);
            }
        }

        if (!arguments.WantsHelp)
        {
            arguments.CheckOperands();
        }

        return arguments;
    }

    public bool Has(string option) => _options.Exists(o => o.Name == option);

    /// <summary>The value of an option; the last one where it was given twice.</summary>
    public string? Text(string option) => _options.LastOrDefault(o => o.Name == option).Value;

    public IReadOnlyList<string> All(string option) => [.. _options.Where(o => o.Name == option).Select(o => o.Value)];

    public string Required(string option) =>
        Text(option) ?? throw CliException.Usage($"--{option} is needed");

    /// <summary>A whole number within bounds.</summary>
    public int Number(string option, int fallback, int min, int max)
    {
        if (Text(option) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw CliException.Usage($"--{option} takes a whole number from {min} to {max}, not '{text}'");
    }

    /// <summary>A time span of whole minutes, hours or days, as 30m, 12h or 7d; at least a minute.</summary>
    public TimeSpan Duration(string option, TimeSpan fallback, TimeSpan max)
    {
        if (Text(option) is not { } text)
        {
            return fallback;
        }

        var unit = text.Length == 0 ? TimeSpan.Zero : text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0 && number <= max / unit
            ? number * unit
            : throw CliException.Usage($"--{option} takes a time such as 30m, 12h or 7d, at most {max.TotalDays:0}d, not '{text}'");
    }

    /// <summary>A hub's WebSocket address; http and https are taken for ws and wss.</summary>
    public Uri HubAddress(string option, string? fallback = null)
    {
        var text = Text(option) ?? fallback ?? throw CliException.Usage($"--{option} is needed");
        var scheme = text.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? "ws" + text[4..] : text;
        return Uri.TryCreate(scheme, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss"
            ? uri
            : throw CliException.Usage($"--{option} takes a hub's address such as ws://127.0.0.1:4444, not '{text}'");
    }

    public string? Operand(int index) => index < _operands.Count ? _operands[index] : null;

    private void TakeOption(string word, Queue<string> rest)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var written = equals < 0 ? word : word[..equals];
        var option = written.StartsWith("--", StringComparison.Ordinal) ? _command.FindOption(written[2..]) : null;
        if (option is null)
        {
            throw CliException.Usage($"unknown option {written}{Suggestion(written)}");
        }

        if (!option.Repeatable && Has(option.Name))
        {
            throw CliException.Usage($"--{option.Name} is given twice");
        }

        _options.Add((option.Name, option.IsSwitch ? SwitchValue(option, equals) : OptionValue(option, word, equals, rest)));
    }

    private static string SwitchValue(Option option, int equals) =>
        equals < 0 ? "" : throw CliException.Usage($"--{option.Name} takes no value");

    private static string OptionValue(Option option, string word, int equals, Queue<string> rest)
    {
        if (equals >= 0)
        {
            return word[(equals + 1)..];
        }

        return rest.TryDequeue(out var value) && !value.StartsWith("--", StringComparison.Ordinal)
            ? value
            : throw CliException.Usage($"--{option.Name} needs a value: {option.Value}");
    }

    private void CheckOperands()
    {
        if (_operands.Count > _command.Operands.Count)
        {
            throw CliException.Usage($"unexpected '{_operands[_command.Operands.Count]}'");
        }

        if (_command.Operands.Skip(_operands.Count).FirstOrDefault(o => o.Required) is { } missing)
        {
            throw CliException.Usage($"{missing.Name} is missing: {missing.Help}");
        }
    }

    private string Suggestion(string written) =>
        Spelling.Closest(written.TrimStart('-'), _command.Options.Select(o => o.Name)) is { } close ? $" (did you mean --{close}?)" : "";
}
