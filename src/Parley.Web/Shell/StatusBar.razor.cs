using Microsoft.AspNetCore.Components;
using Parley.Browser.Lifecycle;
using Parley.Connection;

namespace Parley.Web.Shell;

/// <summary>Who is here, how the connection stands, what waits.</summary>
public partial class StatusBar
{
    private IReadOnlyList<string> _here = [];
    private ConnectionWords _words = ConnectionWords.For(new ConnectionStatus(ConnectionPhase.Connecting));

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required BrowserLifecycle Lifecycle { get; init; }

    protected override void OnInitialized()
    {
        Follow(Session.Presence.Peers, _ => Count());
        Follow(Session.Space, _ => Count());
        Follow(Client.Connection, status => _words = ConnectionWords.For(status));
        Follow(Session.BackedUp);
        Follow(Lifecycle.UpdateReady);
    }

    private void Count() => _here = [.. Session.People().Where(p => p.Dot != "away").Select(p => p.Self ? Strings.You : p.Name)];
}
