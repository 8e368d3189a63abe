using Parley.Nodes;
using Xunit;
using static Parley.Access.MembershipScene;

namespace Parley.Access;

public sealed class MembershipLogsTests : IDisposable
{
    private readonly MembershipScene _scene = new();
    private readonly MembershipLogs _logs = new();

    [Fact]
    public void A_log_opens_with_a_root_that_proves_its_id_and_with_nothing_less()
    {
        var root = _scene.Written(_scene.Root);
        var grant = _scene.Write(By(_scene.Ann, _scene.Space).Grant(_scene.Bob, AccessRole.Member));

        Assert.Null(_logs.For(grant));
        Assert.Null(_logs.For(Change(root.Fields with { Author = _scene.Bob })));
        Assert.Empty(_logs.All);
        Assert.Equal(_scene.Space.Domain, _logs.For(root)?.Domain);
        Assert.Same(_logs.Find(_scene.Space.Domain), _logs.For(grant));
    }

    [Fact]
    public void A_private_channel_opens_over_its_space()
    {
        var channel = _scene.Write(MembershipDrafts.Channel(_scene.Space, _scene.Ann, Nonce(2)));

        Assert.Null(_logs.For(channel));
        var space = _logs.For(_scene.Written(_scene.Root));
        var log = _logs.For(channel);

        Assert.Same(space, log?.Space);
        Offer(log!, channel);
        Offer(space!, _scene.Written(_scene.Root));
        Assert.Equal([_scene.Ann], log!.Now.Access.Keys);
    }

    [Fact]
    public void What_carries_no_operation_has_no_log()
    {
        var root = _scene.Written(_scene.Root).Fields;
        var message = root.Payload.Properties.With("content", Json.JsonValue.Of("hello"));

        Assert.Null(_logs.For(Change(root with { Payload = root.Payload with { Properties = message } })));
        var pair = _scene.Write(MembershipDrafts.DirectMessage([_scene.Ann, _scene.Bob], _scene.Ann, Nonce(1)));
        Assert.Null(_logs.For(Change(pair.Fields with { Author = _scene.Cat })));
        Assert.NotNull(_logs.For(pair));
    }

    public void Dispose() => _scene.Dispose();
}
