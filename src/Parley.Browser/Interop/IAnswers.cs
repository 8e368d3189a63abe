namespace Parley.Browser.Interop;

/// <summary>The half of a module that hands out the answers of its asynchronous calls (calls.js).</summary>
internal interface IAnswers
{
    /// <summary>Copies an answer out of JavaScript and forgets it there.</summary>
    void Take(int call, Span<byte> into);

    /// <summary>Gives an error as <c>Code:message</c> and forgets it.</summary>
    string TakeError(int call);
}
