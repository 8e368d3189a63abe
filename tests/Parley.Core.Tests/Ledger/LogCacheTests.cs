using Parley.Access;
using Parley.Ids;
using Parley.Nodes;
using Xunit;

namespace Parley.Ledger;

/// <summary>What of the membership logs stays in memory.</summary>
public sealed class LogCacheTests : IDisposable
{
    private readonly MembershipScene _scene = new();
    private readonly List<(NodeId Domain, List<Change> Operations)> _families = [];

    /// <summary>Three spaces with eleven operations each.</summary>
    public LogCacheTests()
    {
        for (byte number = 0; number < 3; number++)
        {
            var root = _scene.Write(MembershipDrafts.Space(_scene.Ann, MembershipScene.Nonce((byte)(10 + number))));
            var log = MembershipLog.OfSpace(LogCache.ScopeOf(root));
            MembershipScene.Offer(log, root);
            List<Change> operations = [root];
            for (var i = 0; i < 10; i++)
            {
                operations.Add(_scene.Write(MembershipScene.By(_scene.Ann, log).Grant(MembershipScene.Person($"p{i}"), AccessRole.Member)));
                MembershipScene.Offer(log, operations[^1]);
            }

            _families.Add((log.Domain, operations));
        }
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Beyond_the_bound_what_was_not_used_for_longest_goes_and_nothing_within_a_transaction()
    {
        var one = new LogCache(new());
        one.Load(_families[0].Domain, _families[0].Operations);
        var cache = new LogCache(new(), one.Bytes * 2);
        _families.ForEach(family => cache.Load(family.Domain, family.Operations));
        Assert.Equal([true, true, true], Known(cache));
        Use(cache, 2);
        Use(cache, 0);

        cache.Trim();

        Assert.Equal([true, false, true], Known(cache));
        cache.Load(_families[1].Domain, _families[1].Operations);
        cache.Trim();
        Assert.Equal([true, true, false], Known(cache, 0, 1, 2));
    }

    [Fact]
    public void Its_size_is_that_of_its_logs_whatever_became_of_them()
    {
        var cache = new LogCache(new());
        _families.ForEach(family => cache.Load(family.Domain, family.Operations[..5]));
        AssertMeasured(cache);
        foreach (var (family, isKept) in new[] { (_families[0], true), (_families[1], false) })
        {
            cache.TryFind(family.Domain, out var log);
            MembershipScene.Offer(log!, [.. family.Operations[5..]]);
            cache.Advance(family.Domain);
            if (isKept)
            {
                cache.Keep();
            }
            else
            {
                cache.Undo();
            }

            AssertMeasured(cache);
        }

        var root = _scene.Write(MembershipDrafts.Channel(Log(cache, 0), _scene.Ann, MembershipScene.Nonce(20)));
        Assert.NotNull(cache.Open(root, LogCache.ScopeOf(root), _families[0].Domain));
        cache.Keep();
        AssertMeasured(cache);
        Assert.Equal(11, Log(cache, 0).Count);
    }

    private static void AssertMeasured(LogCache cache)
    {
        Assert.Equal(cache.All.Sum(LogCache.BytesOf), cache.Bytes);
        Assert.True(cache.Bytes > 0);
    }

    private MembershipLog Log(LogCache cache, int family) => cache.TryFind(_families[family].Domain, out var log) ? log! : throw new InvalidOperationException();

    private void Use(LogCache cache, int family) => Assert.True(cache.TryFind(_families[family].Domain, out _));

    // Asking is use; so the order of the questions is that of the uses.
    private bool[] Known(LogCache cache, params int[] order)
    {
        var known = new bool[3];
        foreach (var family in order.Length > 0 ? order : [1, 2, 0])
        {
            known[family] = cache.TryFind(_families[family].Domain, out _);
        }

        return known;
    }
}
