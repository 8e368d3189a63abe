using Parley.Calls;
using Parley.Rooms;
using Parley.Scenarios.Hub;

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

        await first.LeaveAsync();
        await scene.UntilAsync(() => ann.IsConnectedWith(1) && second.ConnectedCount == 1, "the first left");
    }
}
