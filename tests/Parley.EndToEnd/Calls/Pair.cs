using Parley.EndToEnd.App;
using Parley.EndToEnd.Browsers;

namespace Parley.EndToEnd.Calls;

/// <summary>Two people of one space, each in a browser with a microphone, a camera and a screen; both look at #general.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private Pair(Person one, Person other, string link) => (One, Other, Link) = (one, other, link);

    public Person One { get; }

    public Person Other { get; }

    /// <summary>Leads further people into the space.</summary>
    public string Link { get; }

    public static async Task<Pair> MeetAsync(Chromium chromium, HubProcess hub, string one, string other)
    {
        var first = await Person.ArriveAsync(chromium, hub, one, hasDevices: true);
        var link = await first.Tab.InviteAsync();
        return new(first, await Person.JoinAsync(chromium, hub, other, link, hasDevices: true), link);
    }

    /// <summary>Both go into the call of #general and are connected.</summary>
    public async Task CallAsync(bool video)
    {
        await One.Tab.CallAsync(video);
        await Other.Tab.CallAsync(video);
        await One.Tab.InCallAsync(2);
        await Other.Tab.InCallAsync(2);
    }

    public void Deconstruct(out Person one, out Person other) => (one, other) = (One, Other);

    /// <summary>Neither browser said that anything is wrong.</summary>
    public void AssertClean()
    {
        One.Browser.Console.AssertClean();
        Other.Browser.Console.AssertClean();
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Other.DisposeAsync();
    }
}
