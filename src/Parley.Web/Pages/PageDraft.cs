namespace Parley.Web.Pages;

/// <summary>
/// One text of a page while it is written: what stands in the field, what the store holds, and which of them wins.
/// A field that is being written keeps its text; one that is not follows the store.
/// </summary>
public sealed class PageDraft
{
    private string _stored = "";

    /// <summary>What stands in the field.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The field holds something that the store does not.</summary>
    public bool IsDirty => Text != _stored;

    /// <summary>Somebody else's text came while this one was being written: saving replaces it.</summary>
    public bool IsRival { get; private set; }

    /// <summary>The person wrote.</summary>
    public void Write(string text) => Text = text ?? "";

    /// <summary>The store holds a text now. True when the field has to show it.</summary>
    public bool Receive(string stored)
    {
        stored ??= "";
        if (stored == _stored)
        {
            return false;
        }

        var follow = !IsDirty;
        IsRival = !follow && stored != Text;
        _stored = stored;
        if (!follow)
        {
            return false;
        }

        Text = stored;
        return true;
    }

    /// <summary>The field's text is handed to the store.</summary>
    public string Save()
    {
        _stored = Text;
        IsRival = false;
        return Text;
    }
}
