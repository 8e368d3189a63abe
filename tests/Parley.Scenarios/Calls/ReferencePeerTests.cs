using Parley.Calls;
using Parley.Ids;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Calls;

/// <summary>Calls together with peers that speak the reference's signals only.</summary>
public sealed class ReferencePeerTests
{
    [Fact]
    public async Task A_call_of_three_with_two_reference_peers_works_whoever_comes_first()
    {
        await using var scene = await CallScene.OpenAsync();
        var topic = RoomNames.Call((await scene.AddAsync("Ann")).Channel).Value;
        var ann = scene.People[0];
        var now = scene.Time.GetUtcNow().ToUnixTimeMilliseconds();

        await using var first = await ReferencePeer.JoinAsync(scene.Hub, scene.Media, new Author(1, now), topic);
        await ann.Client.Calls.JoinAsync(ann.Channel, new(Audio: true));
        await scene.UntilAsync(() => ann.View.Phase == CallPhase.Seated && ann.IsConnectedWith(1) && first.ConnectedCount == 1, "Ann finds the first");

        await using var second = await ReferencePeer.JoinAsync(scene.Hub, scene.Media, new Author(2, now), topic);
        await scene.UntilAsync(() => ann.IsConnectedWith(2) && first.ConnectedCount == 2 && second.ConnectedCount == 2, "all three talk");

        // A link that is made anew, as for a fresh token: nobody is told that she left.
        ann.Links.Cut();
        await Eventually.SeesAsync(() => ann.View.IsSignaling, static isSignaling => !isSignaling);
        ann.Links.Heal();
        await Eventually.SeesAsync(
            () =>
            {
                ann.Client.Reconnect();
                return ann.View.IsSignaling;
            },
            static isSignaling => isSignaling);
        await scene.PassAsync(TimeSpan.FromSeconds(6));
        Assert.True(ann.IsConnectedWith(2) && first.ConnectedCount == 2 && second.ConnectedCount == 2);

        await first.LeaveAsync();
        await scene.UntilAsync(() => ann.IsConnectedWith(1) && second.ConnectedCount == 1, "the first left");
    }
}
